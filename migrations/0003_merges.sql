CREATE TABLE `merge` (
	`account_id` text NOT NULL,
	`id` text NOT NULL,
	`kept_id` text NOT NULL,
	`other_id` text NOT NULL,
	`other_name` text NOT NULL,
	`by_id` text NOT NULL,
	`by_name` text NOT NULL,
	`at` integer NOT NULL,
	`undone_at` integer,
	`settle_at` integer,
	`into_id` text,
	`from_id` text,
	`kept` text NOT NULL,
	`other` text NOT NULL,
	`moved` text NOT NULL,
	PRIMARY KEY(`account_id`, `id`)
);

CREATE INDEX `merge_kept` ON `merge` (`account_id`,`kept_id`);
CREATE INDEX `merge_other` ON `merge` (`account_id`,`other_id`);
CREATE INDEX `merge_settle` ON `merge` (`settle_at`) WHERE settle_at IS NOT NULL;
CREATE INDEX `merge_at` ON `merge` (`at`);
CREATE INDEX `identity_address` ON `identity` (`account_id`,`address`);
