-- A JSON array of the violations that name the fields of the last PUT that its kind does not know; they are left out of spec.
ALTER TABLE resources ADD COLUMN unknown_fields TEXT NOT NULL DEFAULT '[]';
