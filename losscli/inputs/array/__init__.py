"""Arrays that need no columns: inline values, NPY, NPZ and safetensors.

Takes an argument or a ``Source`` and gives ``Arrays`` by name, streamed where the file allows. Pickles are never
loaded. Start with ``arrays.py``.
"""
