-- +goose Up

-- What is looked up by how it begins, or listed page by page, sorts by its
-- bytes, as on SQLite and as Go compares: not as the database's own language
-- has it, where “ch” may come after “h”.
ALTER TABLE contacts ALTER COLUMN name_folded TYPE TEXT COLLATE "C";
ALTER TABLE contact_addresses ALTER COLUMN address TYPE TEXT COLLATE "C";
ALTER TABLE organisations ALTER COLUMN name_folded TYPE TEXT COLLATE "C";
ALTER TABLE catalogue_items ALTER COLUMN name_folded TYPE TEXT COLLATE "C";
ALTER TABLE routing_skills ALTER COLUMN name_folded TYPE TEXT COLLATE "C";

-- +goose Down
SELECT 1;
