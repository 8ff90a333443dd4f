-- +goose Up

-- Who runs a support team may what its members may: nobody manages those who may more.
UPDATE roles SET rights = REPLACE(rights, '"tickets.read"', '"tickets.read","catalogue.edit"') WHERE id = 'support-management' AND rights NOT LIKE '%"catalogue.edit"%';

-- What is somebody's is found when two contacts turn out to be one person.
CREATE INDEX participants_contact ON participants (workspace_id, contact_id, ticket_id);

-- +goose Down
DROP INDEX participants_contact;
UPDATE roles SET rights = REPLACE(rights, '"tickets.read","catalogue.edit"', '"tickets.read"') WHERE id = 'support-management';
