ALTER TABLE `contact` ADD `added_by` text;
