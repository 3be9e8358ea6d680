CREATE TABLE `account` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`shard` integer DEFAULT 0 NOT NULL,
	`feed_shards` integer DEFAULT 1 NOT NULL,
	`settings` text DEFAULT '{}' NOT NULL,
	`created_at` integer NOT NULL
);

CREATE TABLE `api_key` (
	`hash` text PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`account_id` text NOT NULL,
	`member_id` text NOT NULL,
	`name` text NOT NULL,
	`scopes` text NOT NULL,
	`hint` text NOT NULL,
	`created_at` integer NOT NULL,
	`last_used_at` integer,
	`revoked_at` integer
);

CREATE UNIQUE INDEX `api_key_id_unique` ON `api_key` (`id`);
CREATE INDEX `api_key_account` ON `api_key` (`account_id`);
CREATE TABLE `attachment` (
	`account_id` text NOT NULL,
	`id` text NOT NULL,
	`conversation_id` text,
	`key` text NOT NULL,
	`name` text NOT NULL,
	`type` text NOT NULL,
	`size` integer NOT NULL,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`account_id`, `id`)
);

CREATE TABLE `audit` (
	`account_id` text NOT NULL,
	`id` text NOT NULL,
	`at` integer NOT NULL,
	`actor` text NOT NULL,
	`action` text NOT NULL,
	`target` text NOT NULL,
	`data` text DEFAULT '{}' NOT NULL,
	PRIMARY KEY(`account_id`, `id`)
);

CREATE TABLE `connection` (
	`account_id` text NOT NULL,
	`id` text NOT NULL,
	`provider` text NOT NULL,
	`channel` text NOT NULL,
	`name` text NOT NULL,
	`address` text NOT NULL,
	`status` text DEFAULT 'active' NOT NULL,
	`sealed` text NOT NULL,
	`key_id` text NOT NULL,
	`config` text DEFAULT '{}' NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`account_id`, `id`)
);

CREATE TABLE `connection_route` (
	`connection_id` text PRIMARY KEY NOT NULL,
	`account_id` text NOT NULL,
	`provider` text NOT NULL,
	`address` text NOT NULL
);

CREATE INDEX `connection_route_address` ON `connection_route` (`provider`,`address`);
CREATE TABLE `consent` (
	`account_id` text NOT NULL,
	`contact_id` text NOT NULL,
	`id` text NOT NULL,
	`channel` text NOT NULL,
	`state` text NOT NULL,
	`at` integer NOT NULL,
	`by` text NOT NULL,
	`how` text NOT NULL,
	`text` text,
	PRIMARY KEY(`account_id`, `contact_id`, `id`)
);

CREATE TABLE `contact` (
	`account_id` text NOT NULL,
	`id` text NOT NULL,
	`name` text DEFAULT '' NOT NULL,
	`company` text DEFAULT '' NOT NULL,
	`language` text DEFAULT '' NOT NULL,
	`time_zone` text DEFAULT '' NOT NULL,
	`address` text DEFAULT '' NOT NULL,
	`tags` text DEFAULT '[]' NOT NULL,
	`fields` text DEFAULT '{}' NOT NULL,
	`conversation_id` text,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`account_id`, `id`)
);

CREATE TABLE `conversation` (
	`account_id` text NOT NULL,
	`id` text NOT NULL,
	`version` integer NOT NULL,
	`contact_id` text NOT NULL,
	`status` text NOT NULL,
	`assignee_id` text,
	`team_id` text,
	`last_at` integer NOT NULL,
	`waiting_since` integer,
	`inbound_count` integer NOT NULL,
	`next_due_at` integer,
	`row` text NOT NULL,
	PRIMARY KEY(`account_id`, `id`)
);

CREATE INDEX `conversation_recent` ON `conversation` (`account_id`,`status`,`last_at`);
CREATE INDEX `conversation_contact` ON `conversation` (`account_id`,`contact_id`);
CREATE INDEX `conversation_due` ON `conversation` (`next_due_at`) WHERE next_due_at IS NOT NULL;
CREATE TABLE `conversation_member` (
	`account_id` text NOT NULL,
	`member_id` text NOT NULL,
	`conversation_id` text NOT NULL,
	`version` integer NOT NULL,
	`read_count` integer NOT NULL,
	`starred` integer DEFAULT false NOT NULL,
	`draft` integer DEFAULT false NOT NULL,
	PRIMARY KEY(`account_id`, `member_id`, `conversation_id`)
);

CREATE TABLE `email_message` (
	`account_id` text NOT NULL,
	`message_id` text NOT NULL,
	`conversation_id` text NOT NULL,
	PRIMARY KEY(`account_id`, `message_id`)
);

CREATE TABLE `identity` (
	`account_id` text NOT NULL,
	`kind` text NOT NULL,
	`scope` text DEFAULT '' NOT NULL,
	`address` text NOT NULL,
	`id` text NOT NULL,
	`contact_id` text NOT NULL,
	`name` text,
	`verified` integer DEFAULT false NOT NULL,
	`is_primary` integer DEFAULT false NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`account_id`, `kind`, `scope`, `address`)
);

CREATE INDEX `identity_contact` ON `identity` (`account_id`,`contact_id`);
CREATE TABLE `label` (
	`account_id` text NOT NULL,
	`id` text NOT NULL,
	`name` text NOT NULL,
	`colour` integer NOT NULL,
	`archived_at` integer,
	PRIMARY KEY(`account_id`, `id`)
);

CREATE UNIQUE INDEX `label_name` ON `label` (`account_id`,`name`);
CREATE TABLE `member` (
	`account_id` text NOT NULL,
	`id` text NOT NULL,
	`user_id` text NOT NULL,
	`name` text NOT NULL,
	`email` text NOT NULL,
	`role` text NOT NULL,
	`disabled_at` integer,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`account_id`, `id`)
);

CREATE UNIQUE INDEX `member_user` ON `member` (`account_id`,`user_id`);
CREATE TABLE `membership` (
	`user_id` text NOT NULL,
	`account_id` text NOT NULL,
	`member_id` text NOT NULL,
	PRIMARY KEY(`user_id`, `account_id`)
);

CREATE TABLE `note` (
	`account_id` text NOT NULL,
	`contact_id` text NOT NULL,
	`id` text NOT NULL,
	`text` text NOT NULL,
	`pinned` integer DEFAULT false NOT NULL,
	`author_id` text NOT NULL,
	`author_name` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`account_id`, `contact_id`, `id`)
);

CREATE TABLE `session` (
	`hash` text PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`user_id` text NOT NULL,
	`account_id` text NOT NULL,
	`member_id` text NOT NULL,
	`user_agent` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`last_seen_at` integer NOT NULL
);

CREATE UNIQUE INDEX `session_id_unique` ON `session` (`id`);
CREATE INDEX `session_member` ON `session` (`account_id`,`member_id`);
CREATE TABLE `team` (
	`account_id` text NOT NULL,
	`id` text NOT NULL,
	`name` text NOT NULL,
	PRIMARY KEY(`account_id`, `id`)
);

CREATE TABLE `team_member` (
	`account_id` text NOT NULL,
	`team_id` text NOT NULL,
	`member_id` text NOT NULL,
	PRIMARY KEY(`account_id`, `team_id`, `member_id`)
);

CREATE TABLE `throttle` (
	`key` text PRIMARY KEY NOT NULL,
	`count` integer NOT NULL,
	`reset_at` integer NOT NULL
);

CREATE TABLE `token` (
	`hash` text PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`purpose` text NOT NULL,
	`account_id` text,
	`email` text NOT NULL,
	`role` text,
	`name` text,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`used_at` integer
);

CREATE UNIQUE INDEX `token_id_unique` ON `token` (`id`);
CREATE INDEX `token_account` ON `token` (`account_id`,`purpose`);
CREATE TABLE `user` (
	`id` text PRIMARY KEY NOT NULL,
	`email` text NOT NULL,
	`name` text NOT NULL,
	`password_hash` text NOT NULL,
	`created_at` integer NOT NULL
);

CREATE UNIQUE INDEX `user_email_unique` ON `user` (`email`);
-- Full text. `account` is an indexed column so that one MATCH stays inside one account:
-- `account : a_… AND text : word*`. Row ids are a hash of the account and the entry (or contact), so a repeated write replaces.
CREATE VIRTUAL TABLE `entry_text` USING fts5(account, conversation_id UNINDEXED, entry_id UNINDEXED, text, tokenize = 'unicode61 remove_diacritics 2');
CREATE VIRTUAL TABLE `contact_text` USING fts5(account, contact_id UNINDEXED, text, tokenize = 'unicode61 remove_diacritics 2');
