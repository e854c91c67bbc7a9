# Takes libtensorflow, the headers of its C API and the licences out of a TensorFlow wheel: unpack-wheel.py WHEEL FOLDER
import os
import shutil
import sys
import zipfile

wheel, folder = sys.argv[1:]
# All that c_api.h and the strings of its ABI include; they moved from version to version.
headers = tuple(
    "tensorflow/include/" + part
    for part in (
        "tensorflow/c/",
        "tensorflow/core/platform/",
        "tensorflow/tsl/c/",
        "tensorflow/tsl/platform/",
        "tsl/c/",
        "tsl/platform/",
        "xla/tsl/c/",
        "xla/tsl/platform/",
    )
)
libraries = {"libtensorflow_cc.so.2", "libtensorflow_framework.so.2"}
with zipfile.ZipFile(wheel) as archive:
    for name in archive.namelist():
        base = name.rsplit("/", 1)[-1]
        if name.startswith("tensorflow/libtensorflow") and base in libraries:
            target = os.path.join(folder, "lib", base)
            libraries.discard(base)
        elif name.startswith(headers) and name.endswith(".h"):
            target = os.path.join(folder, "include", name[len("tensorflow/include/") :])
        elif name.endswith(".dist-info/LICENSE") or name == "tensorflow/THIRD_PARTY_NOTICES.txt":
            target = os.path.join(folder, base)
        else:
            continue
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with archive.open(name) as source, open(target, "wb") as out:
            shutil.copyfileobj(source, out, 1 << 20)
if libraries:
    sys.exit("the wheel lacks " + ", ".join(sorted(libraries)))
