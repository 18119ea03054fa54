"""The words, the rules, the record and the list; knows no Scrapy."""
