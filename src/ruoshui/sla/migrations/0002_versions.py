import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# The old tables keep their indexes and names in a schema of their own until everything is copied.
ASIDE = """
CREATE SCHEMA old_sla;
ALTER TABLE sla_clock SET SCHEMA old_sla;
ALTER TABLE sla_promise SET SCHEMA old_sla;
ALTER TABLE sla_levelrule SET SCHEMA old_sla;
ALTER TABLE sla_level SET SCHEMA old_sla;
"""

# Each pair of amounts that was ever promised becomes a version; what the level says now is the newest.
COPY = """
INSERT INTO sla_level (id, code, name_zh, name_en, audience, explanation_zh, explanation_en, is_active)
SELECT id, code, name_zh, name_en, CASE WHEN code ~* 'b$' THEN 'internal' ELSE 'external' END, '', '', is_active
FROM old_sla.sla_level;

CREATE TEMP TABLE pair ON COMMIT DROP AS
SELECT level_id, first, resolution, made, row_number() OVER (PARTITION BY level_id ORDER BY is_now, made) AS n
FROM (
  SELECT p.level_id, p.first_response_minutes AS first, p.resolution_minutes AS resolution, 0 AS is_now,
         min(p.made_at) AS made
  FROM old_sla.sla_promise p JOIN old_sla.sla_level l ON l.id = p.level_id
  WHERE (p.first_response_minutes, p.resolution_minutes)
        IS DISTINCT FROM (l.first_response_minutes, l.resolution_minutes)
  GROUP BY 1, 2, 3
  UNION ALL
  SELECT id, first_response_minutes, resolution_minutes, 1, now() FROM old_sla.sla_level
) AS amounts;

INSERT INTO sla_levelversion (level_id, number, state, on_reopen, published_at)
SELECT level_id, n, 'published', 'continue', made FROM pair;

INSERT INTO sla_term (version_id, target, milestone, name_zh, name_en, after, minutes, calendar_from, pauses_for,
                      compensation_zh, compensation_en)
SELECT v.id, t.target, '', '', '', '', t.minutes, 'unit', t.pauses::varchar[], '', ''
FROM pair JOIN sla_levelversion v ON v.level_id = pair.level_id AND v.number = pair.n
CROSS JOIN LATERAL (VALUES
  ('first_response', pair.first, '{}'),
  ('resolution', pair.resolution, '{customer,supplier,parts,other_case,force_majeure}')
) AS t(target, minutes, pauses)
WHERE t.minutes IS NOT NULL;

INSERT INTO sla_matrix (number, state, published_at)
SELECT 1, 'published', now() WHERE EXISTS (SELECT 1 FROM old_sla.sla_levelrule);
INSERT INTO sla_strategy (matrix_id, position, type_id, priority, tier_id, level_id, channel, queue_rank, survey_percent)
SELECT m.id, r.position, r.type_id, r.priority, r.tier_id, r.level_id, '', 5, 100
FROM old_sla.sla_levelrule r CROSS JOIN sla_matrix m ORDER BY r.position, r.id;

INSERT INTO sla_promise (case_id, version_id, queue_rank, survey_percent, starts_at, made_at)
SELECT p.case_id, v.id, 5, 100, c.opened_at, p.made_at
FROM old_sla.sla_promise p
JOIN cases_case c ON c.id = p.case_id
JOIN pair ON pair.level_id = p.level_id AND (pair.first, pair.resolution)
     IS NOT DISTINCT FROM (p.first_response_minutes, p.resolution_minutes)
JOIN sla_levelversion v ON v.level_id = pair.level_id AND v.number = pair.n;

INSERT INTO sla_clock (case_id, term_id, target, milestone, round, unit_id, calendar_id, seconds, starts_at, due_at,
                       alarms_at, alarm_rungs, fired, next_at, ended_at, broken_at)
SELECT k.case_id, t.id, k.target, '', 1, c.unit_id, old.calendar_id, t.minutes * 60, c.opened_at, k.due_at,
       '{}', '{}', '{}', CASE WHEN k.ended_at IS NULL AND k.broken_at IS NULL THEN k.due_at END, k.ended_at, k.broken_at
FROM old_sla.sla_clock k
JOIN cases_case c ON c.id = k.case_id
JOIN old_sla.sla_promise old ON old.case_id = k.case_id
JOIN sla_promise p ON p.case_id = k.case_id
JOIN sla_term t ON t.version_id = p.version_id AND t.target = k.target;

SELECT setval(pg_get_serial_sequence('sla_level', 'id'), greatest(1, (SELECT max(id) FROM sla_level)));
SET CONSTRAINTS ALL IMMEDIATE;
DROP SCHEMA old_sla CASCADE;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('cases', '0002_queue_rank'),
        ('customers', '0002_calendar'),
        ('organization', '0002_chinese_public_days'),
        ('sla', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(ASIDE)],
            state_operations=[
                migrations.DeleteModel(name='Clock'),
                migrations.DeleteModel(name='Promise'),
                migrations.DeleteModel(name='LevelRule'),
                migrations.DeleteModel(name='Level'),
            ],
        ),
        migrations.CreateModel(
            name='Level',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name_zh', models.CharField(max_length=120, verbose_name='Chinese name')),
                ('name_en', models.CharField(blank=True, max_length=120, verbose_name='English name')),
                ('code', models.SlugField(unique=True, verbose_name='code')),
                ('audience', models.CharField(choices=[('external', 'to customers'), ('internal', 'between departments')], default='external', max_length=10, verbose_name='for whom')),
                ('explanation_zh', models.CharField(blank=True, max_length=300, verbose_name='Chinese explanation')),
                ('explanation_en', models.CharField(blank=True, max_length=300, verbose_name='English explanation')),
                ('is_active', models.BooleanField(default=True, verbose_name='in use')),
            ],
            options={
                'verbose_name': 'service level',
                'ordering': ('audience', 'code'),
            },
        ),
        migrations.CreateModel(
            name='LevelVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('state', models.CharField(choices=[('draft', 'draft'), ('published', 'published')], default='draft', max_length=10)),
                ('on_reopen', models.CharField(choices=[('continue', 'go on with the time that was left'), ('restart', 'start again with the whole time'), ('new', 'a second clock beside the first')], default='continue', max_length=10, verbose_name='when a case is reopened')),
                ('published_at', models.DateTimeField(null=True)),
                ('level', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='sla.level')),
            ],
            options={
                'ordering': ('level', '-number'),
            },
        ),
        migrations.CreateModel(
            name='InternalRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.CharField(max_length=200, verbose_name='subject')),
                ('body', models.TextField(blank=True, max_length=4000, verbose_name='what is needed')),
                ('state', models.CharField(choices=[('asked', 'asked'), ('accepted', 'accepted'), ('returned', 'sent back'), ('done', 'done'), ('withdrawn', 'withdrawn')], default='asked', max_length=10)),
                ('is_awaited', models.BooleanField(default=False)),
                ('answer', models.TextField(blank=True, max_length=4000)),
                ('asked_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('score', models.PositiveSmallIntegerField(null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(5)])),
                ('remark', models.CharField(blank=True, max_length=500)),
                ('rated_at', models.DateTimeField(null=True)),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='requests_made', to=settings.AUTH_USER_MODEL)),
                ('assignee', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='requests', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='requests', to='cases.case')),
                ('from_unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='requests_made', to='organization.unit')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='requests', to='organization.unit')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='requests', to='sla.levelversion')),
            ],
            options={
                'verbose_name': 'internal request',
            },
        ),
        migrations.CreateModel(
            name='Matrix',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(unique=True)),
                ('state', models.CharField(choices=[('draft', 'draft'), ('published', 'published')], default='draft', max_length=10)),
                ('published_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ('-number',),
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'draft')), fields=('state',), name='one_draft_matrix')],
            },
        ),
        migrations.CreateModel(
            name='Strategy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(default=100, verbose_name='position')),
                ('priority', models.CharField(blank=True, choices=[('low', 'low'), ('normal', 'normal'), ('high', 'high'), ('urgent', 'urgent')], max_length=10, verbose_name='priority')),
                ('channel', models.CharField(blank=True, choices=[('portal', 'portal'), ('phone', 'phone'), ('email', 'e-mail'), ('counter', 'counter'), ('chat', 'chat'), ('letter', 'letter'), ('api', 'program'), ('internal', 'internal')], max_length=10, verbose_name='channel')),
                ('queue_rank', models.PositiveSmallIntegerField(default=5, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(9)], verbose_name='place in the queue')),
                ('survey_percent', models.PositiveSmallIntegerField(default=100, validators=[django.core.validators.MaxValueValidator(100)], verbose_name='asked for satisfaction, %')),
                ('level', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rows', to='sla.level', verbose_name='service level')),
                ('matrix', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rows', to='sla.matrix')),
                ('tier', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, to='customers.tier', verbose_name='customer tier')),
                ('type', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, to='cases.casetype', verbose_name='case type')),
                ('unit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, to='organization.unit', verbose_name='unit')),
            ],
            options={
                'verbose_name': 'row of the strategy',
                'ordering': ('position', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='Promise',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('queue_rank', models.PositiveSmallIntegerField(default=5)),
                ('survey_percent', models.PositiveSmallIntegerField(default=100)),
                ('starts_at', models.DateTimeField()),
                ('made_at', models.DateTimeField()),
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='promise', to='cases.case')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='promises', to='sla.levelversion')),
                ('row', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, to='sla.strategy')),
            ],
        ),
        migrations.CreateModel(
            name='Term',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('target', models.CharField(choices=[('first_response', 'first response'), ('update', 'next update'), ('resolution', 'resolution'), ('milestone', 'milestone'), ('request', 'internal request')], max_length=20, verbose_name='target')),
                ('milestone', models.SlugField(blank=True, verbose_name='milestone')),
                ('name_zh', models.CharField(blank=True, max_length=60, verbose_name='Chinese name')),
                ('name_en', models.CharField(blank=True, max_length=60, verbose_name='English name')),
                ('after', models.SlugField(blank=True, verbose_name='begins after the milestone')),
                ('minutes', models.PositiveIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(527040)], verbose_name='working minutes')),
                ('calendar_from', models.CharField(choices=[('unit', 'of the unit that handles it'), ('customer', 'of the customer'), ('fixed', 'always this one'), ('always', 'around the clock')], default='unit', max_length=10, verbose_name='calendar')),
                ('pauses_for', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('customer', 'waiting for the customer'), ('supplier', 'waiting for a supplier'), ('parts', 'waiting for parts'), ('other_case', 'waiting for another case'), ('force_majeure', 'force majeure'), ('internal', 'waiting for another department'), ('returned', 'sent back to whoever asked')], max_length=20), blank=True, default=list, size=None)),
                ('compensation_zh', models.CharField(blank=True, max_length=200, verbose_name='compensation when broken, Chinese')),
                ('compensation_en', models.CharField(blank=True, max_length=200, verbose_name='compensation when broken, English')),
                ('calendar', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='organization.calendar', verbose_name='which calendar')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='terms', to='sla.levelversion')),
            ],
            options={
                'ordering': ('pk',),
            },
        ),
        migrations.CreateModel(
            name='Rung',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('when', models.CharField(choices=[('percent', 'percent of the time'), ('before', 'working minutes before it is due'), ('after', 'working minutes after it was due')], default='percent', max_length=10)),
                ('amount', models.PositiveIntegerField()),
                ('to', models.CharField(choices=[('holder', 'who holds it'), ('asker', 'who asked for it'), ('lead', 'supervisors of the unit'), ('above', 'supervisors one step up'), ('top', 'supervisors at the top')], default='holder', max_length=10)),
                ('is_urgent', models.BooleanField(default=False)),
                ('by_mail', models.BooleanField(default=False)),
                ('term', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rungs', to='sla.term')),
            ],
            options={
                'ordering': ('pk',),
            },
        ),
        migrations.CreateModel(
            name='Clock',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('target', models.CharField(choices=[('first_response', 'first response'), ('update', 'next update'), ('resolution', 'resolution'), ('milestone', 'milestone'), ('request', 'internal request')], max_length=20)),
                ('milestone', models.SlugField(blank=True)),
                ('round', models.PositiveSmallIntegerField(default=1)),
                ('seconds', models.PositiveIntegerField()),
                ('starts_at', models.DateTimeField()),
                ('due_at', models.DateTimeField(null=True)),
                ('alarms_at', django.contrib.postgres.fields.ArrayField(base_field=models.DateTimeField(), default=list, size=None)),
                ('alarm_rungs', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('fired', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('next_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('broken_at', models.DateTimeField(null=True)),
                ('calendar', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='clocks', to='organization.calendar')),
                ('case', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='clocks', to='cases.case')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='clocks', to='organization.unit')),
                ('request', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='clocks', to='sla.internalrequest')),
                ('term', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='clocks', to='sla.term')),
            ],
        ),
        migrations.CreateModel(
            name='Urge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('by_kind', models.CharField(choices=[('staff', 'staff'), ('customer', 'customer'), ('system', 'system'), ('integration', 'integration')], max_length=12)),
                ('by_id', models.BigIntegerField(null=True)),
                ('at', models.DateTimeField()),
                ('text', models.CharField(blank=True, max_length=500, verbose_name='what to say')),
                ('answer', models.CharField(blank=True, max_length=500, verbose_name='answer')),
                ('answered_at', models.DateTimeField(null=True)),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('clock', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='urges', to='sla.clock')),
                ('to', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='urges', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('pk',),
            },
        ),
        migrations.CreateModel(
            name='Violation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('by_kind', models.CharField(choices=[('staff', 'staff'), ('customer', 'customer'), ('system', 'system'), ('integration', 'integration')], max_length=12)),
                ('by_id', models.BigIntegerField(null=True)),
                ('at', models.DateTimeField()),
                ('kind', models.CharField(choices=[('late', 'promise not kept'), ('no_answer', 'urging not answered'), ('declined', 'work declined or pushed away'), ('record', 'record missing or wrong'), ('conduct', 'conduct towards the customer'), ('other', 'other')], max_length=20, verbose_name='kind')),
                ('note', models.CharField(max_length=1000, verbose_name='what happened')),
                ('clock', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='violations', to='sla.clock')),
                ('staff', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='violations', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='violations', to='organization.unit')),
            ],
            options={
                'ordering': ('-at', '-pk'),
            },
        ),
        migrations.CreateModel(
            name='Extension',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('by_kind', models.CharField(choices=[('staff', 'staff'), ('customer', 'customer'), ('system', 'system'), ('integration', 'integration')], max_length=12)),
                ('by_id', models.BigIntegerField(null=True)),
                ('at', models.DateTimeField()),
                ('minutes', models.PositiveIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(527040)], verbose_name='working minutes')),
                ('reason', models.CharField(max_length=500, verbose_name='reason')),
                ('state', models.CharField(choices=[('asked', 'asked for'), ('approved', 'approved'), ('refused', 'refused')], default='asked', max_length=10)),
                ('decided_at', models.DateTimeField(null=True)),
                ('remark', models.CharField(blank=True, max_length=500)),
                ('clock', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='extensions', to='sla.clock')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('pk',),
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'asked')), fields=('clock',), name='one_open_extension_a_clock')],
            },
        ),
        migrations.AddConstraint(
            model_name='levelversion',
            constraint=models.UniqueConstraint(fields=('level', 'number'), name='one_level_version_each'),
        ),
        migrations.AddConstraint(
            model_name='levelversion',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'draft')), fields=('level',), name='one_draft_a_level'),
        ),
        migrations.AddIndex(
            model_name='internalrequest',
            index=models.Index(fields=['case'], name='request_case'),
        ),
        migrations.AddIndex(
            model_name='internalrequest',
            index=models.Index(fields=['unit', '-id'], name='request_unit'),
        ),
        migrations.AddIndex(
            model_name='internalrequest',
            index=models.Index(fields=['from_unit', '-id'], name='request_from_unit'),
        ),
        migrations.AddIndex(
            model_name='internalrequest',
            index=models.Index(fields=['assignee', '-id'], name='request_assignee'),
        ),
        migrations.AddConstraint(
            model_name='internalrequest',
            constraint=models.CheckConstraint(condition=models.Q(('unit', models.F('from_unit')), _negated=True), name='nobody_asks_his_own_unit'),
        ),
        migrations.AddConstraint(
            model_name='internalrequest',
            constraint=models.CheckConstraint(condition=models.Q(('is_awaited', False), ('case__isnull', False), _connector='OR'), name='only_a_case_waits_for_a_request'),
        ),
        migrations.AddIndex(
            model_name='promise',
            index=models.Index(fields=['made_at'], name='promise_made'),
        ),
        migrations.AddConstraint(
            model_name='term',
            constraint=models.UniqueConstraint(fields=('version', 'target', 'milestone'), name='one_term_each'),
        ),
        migrations.AddConstraint(
            model_name='term',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('milestone__gt', ''), ('target', 'milestone')), models.Q(models.Q(('target', 'milestone'), _negated=True), ('milestone', '')), _connector='OR'), name='milestones_have_codes'),
        ),
        migrations.AddConstraint(
            model_name='term',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('calendar__isnull', False), ('calendar_from', 'fixed')), models.Q(models.Q(('calendar_from', 'fixed'), _negated=True), ('calendar__isnull', True)), _connector='OR'), name='a_fixed_calendar_is_named'),
        ),
        migrations.AddIndex(
            model_name='clock',
            index=models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['next_at', 'id'], name='clock_sweep'),
        ),
        migrations.AddIndex(
            model_name='clock',
            index=models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['unit', 'due_at', 'id'], name='clock_desk'),
        ),
        migrations.AddIndex(
            model_name='clock',
            index=models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['due_at', 'id'], name='clock_due'),
        ),
        migrations.AddIndex(
            model_name='clock',
            index=models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['calendar', 'id'], name='clock_calendar'),
        ),
        migrations.AddIndex(
            model_name='clock',
            index=models.Index(fields=['broken_at'], name='clock_broken'),
        ),
        migrations.AddIndex(
            model_name='clock',
            index=models.Index(fields=['ended_at'], name='clock_ended'),
        ),
        migrations.AddConstraint(
            model_name='clock',
            constraint=models.UniqueConstraint(fields=('case', 'target', 'milestone', 'round'), name='one_clock_per_target'),
        ),
        migrations.AddConstraint(
            model_name='clock',
            constraint=models.UniqueConstraint(fields=('request',), name='one_clock_per_request'),
        ),
        migrations.AddConstraint(
            model_name='clock',
            constraint=models.CheckConstraint(condition=models.Q(('case__isnull', True), ('request__isnull', True), _connector='XOR'), name='a_clock_has_one_holder'),
        ),
        migrations.AddIndex(
            model_name='urge',
            index=models.Index(condition=models.Q(('answered_at__isnull', True)), fields=['to'], name='urge_open'),
        ),
        migrations.AddIndex(
            model_name='violation',
            index=models.Index(fields=['unit', '-at'], name='violation_unit'),
        ),
        migrations.RunSQL(COPY),
    ]
