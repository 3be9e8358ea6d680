CREATE TABLE `template` (
	`account_id` text NOT NULL,
	`id` text NOT NULL,
	`connection_id` text NOT NULL,
	`external_id` text NOT NULL,
	`name` text NOT NULL,
	`language` text NOT NULL,
	`category` text NOT NULL,
	`status` text NOT NULL,
	`quality` text NOT NULL,
	`reason` text,
	`named` integer DEFAULT false NOT NULL,
	`parts` text NOT NULL,
	`examples` text DEFAULT '{}' NOT NULL,
	`updated_at` integer NOT NULL,
	`event_at` integer DEFAULT 0 NOT NULL,
	PRIMARY KEY(`account_id`, `id`)
);

CREATE UNIQUE INDEX `template_name` ON `template` (`account_id`,`connection_id`,`name`,`language`);
ALTER TABLE `connection` ADD `renew_at` integer;
ALTER TABLE `connection` ADD `expires_at` integer;
CREATE INDEX `connection_renew` ON `connection` (`renew_at`) WHERE renew_at IS NOT NULL;
