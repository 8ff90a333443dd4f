-- +goose Up

-- Rights that came with promises, rules and figures go to the roles that a workspace begins with. The administrator has every right.
UPDATE roles SET rights = REPLACE(rights, '"tickets.read"', '"tickets.read","promises.edit","rules.edit","figures.read"') WHERE id = 'support-management';
UPDATE roles SET rights = REPLACE(rights, '"tickets.read"', '"tickets.read","promises.edit","figures.read"') WHERE id = 'service-management';
UPDATE roles SET rights = REPLACE(rights, '"tickets.read"', '"tickets.read","figures.read"') WHERE id = 'product-operations';
UPDATE roles SET rights = REPLACE(rights, '"tickets.read"', '"tickets.read","rules.edit","hooks.manage"') WHERE id = 'technical-operations';

-- +goose Down
SELECT 1;
