CREATE TABLE `contact_pair` (
	`account_id` text NOT NULL,
	`low_id` text NOT NULL,
	`high_id` text NOT NULL,
	`alias` text,
	`apart_by` text,
	`apart_at` integer,
	`merge_id` text,
	PRIMARY KEY(`account_id`, `low_id`, `high_id`)
);

CREATE INDEX `contact_pair_high` ON `contact_pair` (`account_id`,`high_id`);
