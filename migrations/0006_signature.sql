ALTER TABLE `member` ADD `signature` text;
