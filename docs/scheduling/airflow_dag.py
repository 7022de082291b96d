"""A DAG of Airflow 3 that audits the exports every day. Every run must have access to the same directories.

The command runs mcuaudit in a separate virtual environment, so that its packages do not conflict with Airflow's.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

REPORT = (
    "/opt/mcuaudit/bin/mcuaudit report /srv/mcu-exports --out /var/lib/mcuaudit/reports "
    "--keep /var/lib/mcuaudit/kept --retain 60 --baseline latest --wait 600 --fail-on never"
)

with DAG(
    dag_id="mcuaudit",
    description="Audit of the certificates of a fleet of MCUs",
    schedule="30 5 * * *",
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    tags=["certificates"],
) as dag:
    # The last line of the output, the address of the index, becomes the XCom of the task.
    BashOperator(task_id="report", bash_command=REPORT, execution_timeout=timedelta(hours=2))
