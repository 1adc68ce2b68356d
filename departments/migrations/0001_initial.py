import django.contrib.auth.models
import django.contrib.auth.validators
import django.db.models.deletion
import django.utils.timezone
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('username', models.CharField(error_messages={'unique': 'A user with that username already exists.'}, help_text='Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.', max_length=150, unique=True, validators=[django.contrib.auth.validators.UnicodeUsernameValidator()], verbose_name='username')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='email address')),
                ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                ('name', models.CharField(max_length=30, verbose_name='姓名')),
                ('telephone', models.CharField(blank=True, max_length=30, verbose_name='联系电话')),
                ('must_change_password', models.BooleanField(default=True, verbose_name='下次登录须改密码')),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'verbose_name': '人员',
                'verbose_name_plural': '人员',
                'ordering': ['id'],
            },
            managers=[
                ('objects', django.contrib.auth.models.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name='Department',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=20, unique=True, verbose_name='代码')),
                ('name', models.CharField(help_text='与方案附件所印一致', max_length=50, unique=True, verbose_name='简称')),
                ('kind', models.CharField(choices=[('office', '部门'), ('town', '镇街'), ('enterprise', '企业'), ('collective', '集合')], default='office', max_length=12, verbose_name='类别')),
                ('order', models.PositiveSmallIntegerField(default=0, verbose_name='排序')),
                ('needs_approval', models.BooleanField(default=True, verbose_name='报送须经审签')),
                ('telephone', models.CharField(blank=True, max_length=30, verbose_name='办公电话')),
                ('members', models.ManyToManyField(blank=True, help_text='只有「集合」有成员单位', related_name='collectives', to='departments.department', verbose_name='成员单位')),
            ],
            options={
                'verbose_name': '单位',
                'verbose_name_plural': '单位',
                'ordering': ['order', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['office', 'town', 'enterprise', 'collective'])), name='department_kind_known')],
            },
        ),
        migrations.CreateModel(
            name='DepartmentAlias',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=50, unique=True, verbose_name='别名')),
                ('department', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='aliases', to='departments.department', verbose_name='单位')),
            ],
            options={
                'verbose_name': '单位别名',
                'verbose_name_plural': '单位别名',
            },
        ),
        migrations.CreateModel(
            name='HistoricalDepartment',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('code', models.SlugField(max_length=20, verbose_name='代码')),
                ('name', models.CharField(db_index=True, help_text='与方案附件所印一致', max_length=50, verbose_name='简称')),
                ('kind', models.CharField(choices=[('office', '部门'), ('town', '镇街'), ('enterprise', '企业'), ('collective', '集合')], default='office', max_length=12, verbose_name='类别')),
                ('order', models.PositiveSmallIntegerField(default=0, verbose_name='排序')),
                ('needs_approval', models.BooleanField(default=True, verbose_name='报送须经审签')),
                ('telephone', models.CharField(blank=True, max_length=30, verbose_name='办公电话')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '修改记录',
                'verbose_name_plural': 'historical 单位',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalDepartment_members',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('m2m_history_id', models.AutoField(primary_key=True, serialize=False)),
                ('from_department', models.ForeignKey(blank=True, db_constraint=False, db_tablespace='', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='departments.department')),
                ('history', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, to='departments.historicaldepartment')),
                ('to_department', models.ForeignKey(blank=True, db_constraint=False, db_tablespace='', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='departments.department')),
            ],
            options={
                'verbose_name': 'HistoricalDepartment_members',
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalMembership',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('role', models.CharField(choices=[('reporter', '填报员'), ('approver', '审签人'), ('coordinator', '汇总员'), ('admin', '管理员'), ('auditor', '督查员')], max_length=12, verbose_name='角色')),
                ('since', models.DateField(verbose_name='起始日期')),
                ('until', models.DateField(blank=True, help_text='当日仍有效；长期则不填', null=True, verbose_name='截止日期')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('department', models.ForeignKey(blank=True, db_constraint=False, help_text='管理员、督查员可不填', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='departments.department', verbose_name='单位')),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='人员')),
            ],
            options={
                'verbose_name': '修改记录',
                'verbose_name_plural': 'historical 任职',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='HistoricalUser',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('username', models.CharField(db_index=True, error_messages={'unique': 'A user with that username already exists.'}, help_text='Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.', max_length=150, validators=[django.contrib.auth.validators.UnicodeUsernameValidator()], verbose_name='username')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='email address')),
                ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                ('name', models.CharField(max_length=30, verbose_name='姓名')),
                ('telephone', models.CharField(blank=True, max_length=30, verbose_name='联系电话')),
                ('must_change_password', models.BooleanField(default=True, verbose_name='下次登录须改密码')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': '修改记录',
                'verbose_name_plural': 'historical 人员',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('reporter', '填报员'), ('approver', '审签人'), ('coordinator', '汇总员'), ('admin', '管理员'), ('auditor', '督查员')], max_length=12, verbose_name='角色')),
                ('since', models.DateField(verbose_name='起始日期')),
                ('until', models.DateField(blank=True, help_text='当日仍有效；长期则不填', null=True, verbose_name='截止日期')),
                ('department', models.ForeignKey(blank=True, help_text='管理员、督查员可不填', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='departments.department', verbose_name='单位')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to=settings.AUTH_USER_MODEL, verbose_name='人员')),
            ],
            options={
                'verbose_name': '任职',
                'verbose_name_plural': '任职',
                'ordering': ['department__order', 'role', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('until__isnull', True), ('until__gte', models.F('since')), _connector='OR'), name='membership_ends_after_it_starts', violation_error_message='截止日期不得早于起始日期。'), models.CheckConstraint(condition=models.Q(('role__in', ['admin', 'auditor']), ('department__isnull', False), _connector='OR'), name='membership_role_has_department', violation_error_message='填报员、审签人、汇总员须选择单位。'), models.CheckConstraint(condition=models.Q(('role__in', ['reporter', 'approver', 'coordinator', 'admin', 'auditor'])), name='membership_role_known'), models.UniqueConstraint(fields=('user', 'department', 'role', 'since'), name='membership_once', violation_error_message='此人已有同一单位、角色、起始日期的任职。'), models.UniqueConstraint(condition=models.Q(('department__isnull', True)), fields=('user', 'role', 'since'), name='membership_of_no_department_once', violation_error_message='此人已有同一角色、起始日期的任职。')],
            },
        ),
        migrations.CreateModel(
            name='AuditEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(db_index=True, verbose_name='时间')),
                ('username', models.CharField(blank=True, max_length=150, verbose_name='用户名')),
                ('action', models.CharField(max_length=40, verbose_name='动作')),
                ('subject', models.CharField(blank=True, max_length=300, verbose_name='对象')),
                ('address', models.GenericIPAddressField(null=True, verbose_name='来源地址')),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='人员')),
            ],
            options={
                'verbose_name': '安全日志',
                'verbose_name_plural': '安全日志',
                'ordering': ['-at', '-id'],
                'indexes': [models.Index(fields=['username', '-at'], name='audit_by_username')],
            },
        ),
    ]
