-- +goose Up
-- The tables of package search follow in this folder: they differ in kind.
SELECT 1;
-- +goose Down
SELECT 1;
