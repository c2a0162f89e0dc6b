from django.db import migrations


class Migration(migrations.Migration):
    """Which branch a code means is kept as rights are: no longer than until one of them changes."""

    dependencies = [("queues", "0002_counter_words"), ("organization", "0004_rights_revision")]
    operations = [
        migrations.RunSQL(
            "CREATE TRIGGER rights_changed AFTER INSERT OR DELETE OR UPDATE OF unit_id, is_active, revision "
            "ON queues_branch FOR EACH STATEMENT EXECUTE FUNCTION organization_rights_changed()",
            "DROP TRIGGER rights_changed ON queues_branch",
        )
    ]
