"""Let each usual search choose its page of studies from one index, without the rows."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("acts", "0003_known_states"),
        ("imaging", "0006_prior_searches"),
        ("organisations", "0002_membership_of_a_professional"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="study",
            name="imaging_stu_patient_6a38a8_idx",
        ),
        migrations.RemoveIndex(
            model_name="study",
            name="study_latest",
        ),
        migrations.AlterField(
            model_name="study",
            name="act",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="studies",
                to="acts.act",
            ),
        ),
        migrations.AddIndex(
            model_name="study",
            index=models.Index(
                fields=["patient_name_key"],
                include=("act", "study_date", "study_time", "id"),
                name="study_patient_name",
            ),
        ),
        migrations.AddIndex(
            model_name="study",
            index=models.Index(
                fields=["-study_date", "-study_time", "-id"],
                include=("act", "modalities"),
                name="study_latest_first",
            ),
        ),
        migrations.AddIndex(
            model_name="study",
            index=models.Index(
                fields=["act"], include=("study_date", "study_time", "id"), name="study_of_act"
            ),
        ),
    ]
