CREATE TABLE `file_link` (
	`id` text PRIMARY KEY NOT NULL,
	`account_id` text NOT NULL,
	`conversation_id` text NOT NULL,
	`attachment_id` text NOT NULL,
	`name` text NOT NULL,
	`type` text NOT NULL,
	`size` integer NOT NULL,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL
);

CREATE INDEX `file_link_conversation` ON `file_link` (`account_id`,`conversation_id`);
CREATE INDEX `file_link_expires` ON `file_link` (`expires_at`);
CREATE TABLE `file` (
	`account_id` text NOT NULL,
	`conversation_id` text NOT NULL,
	`entry_id` text NOT NULL,
	`id` text NOT NULL,
	`name` text NOT NULL,
	`type` text NOT NULL,
	`size` integer NOT NULL,
	`direction` text,
	`at` integer NOT NULL,
	PRIMARY KEY(`account_id`, `conversation_id`, `entry_id`, `id`)
);

CREATE INDEX `file_at` ON `file` (`account_id`,`conversation_id`,`at`);
CREATE INDEX `file_id` ON `file` (`account_id`,`id`);
