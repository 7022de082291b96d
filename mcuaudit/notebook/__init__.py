"""What notebooks and JupyterLab use: opening an audit, showing frames, the lab."""
