from django.db import migrations

# A row, not a sequence: another transaction sees the new number only together with the change itself.
KEEP = """
CREATE TABLE organization_rights (revision bigint NOT NULL);
INSERT INTO organization_rights VALUES (1);
CREATE FUNCTION organization_rights_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE organization_rights SET revision = (extract(epoch FROM clock_timestamp()) * 1000000)::bigint;
    RETURN NULL;
END $$;
"""
DROP = "DROP FUNCTION organization_rights_changed() CASCADE; DROP TABLE organization_rights;"
# Not presence and the last sign-in, which change all day and give nobody any right.
STAFF = "username, password, name_zh, name_en, email, language, unit_id, capacity, is_active"
WATCHED = {
    "organization_unit": "UPDATE",
    "organization_role": "UPDATE",
    "organization_membership": "UPDATE",
    "organization_apitoken": "UPDATE",
    "organization_staff": f"UPDATE OF {STAFF}",
}


def watch(table: str, update: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"CREATE TRIGGER rights_changed AFTER INSERT OR DELETE OR {update} ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION organization_rights_changed()",
        f"DROP TRIGGER rights_changed ON {table}",
    )


class Migration(migrations.Migration):
    dependencies = [("organization", "0003_branches")]
    operations = [migrations.RunSQL(KEEP, DROP), *(watch(table, update) for table, update in WATCHED.items())]
