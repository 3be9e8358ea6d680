CREATE TABLE `picture_sender` (
	`account_id` text NOT NULL,
	`member_id` text NOT NULL,
	`address` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`account_id`, `member_id`, `address`)
);
