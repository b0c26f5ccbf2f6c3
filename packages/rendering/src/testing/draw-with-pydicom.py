"""Draws frames of DICOM files with pydicom's own decoders, modality and VOI code: a second opinion on every picture.

Reads lines of JSON, {"file": path, "frame": from 1, "picture": path}, and writes binary PGM or PPM of 8 bits there. What
pydicom leaves to others is done here: the range that a window is mapped to, padding, inversion.
Answers each line with one of JSON: {} or {"error": text}.
"""

import json
import sys
import warnings

import numpy
from pydicom import Dataset, config, dcmread
from pydicom.pixels import apply_color_lut, apply_modality_lut, apply_voi, apply_windowing, pixel_array
from pydicom.uid import JPEGBaseline8Bit

warnings.simplefilter("ignore")
config.settings.reading_validation_mode = config.IGNORE

# Groups whose macro holds what elsewhere stands at the top level (PS3.3 §C.7.6.16).
MACROS = ("PixelValueTransformationSequence", "FrameVOILUTSequence")

# Files leave out what is not optional; floats have no Bits Stored at all.
USUAL = {"SamplesPerPixel": 1, "PixelRepresentation": 0, "PhotometricInterpretation": "MONOCHROME2", "BitsStored": 32}


def of_frame(file: Dataset, frame: int) -> Dataset:
    """The data set with what functional groups say of one frame at its top level."""
    flat = Dataset()
    flat.update(file)
    shared = list(file.get("SharedFunctionalGroupsSequence") or [])[:1]
    own = list(file.get("PerFrameFunctionalGroupsSequence") or [])[frame - 1 : frame]
    for group in [*shared, *own]:
        for macro in MACROS:
            for item in list(group.get(macro) or [])[:1]:
                flat.update(item)
    return flat


def draw(path: str, frame: int) -> numpy.ndarray:
    file = dcmread(path)
    for keyword, usual in USUAL.items():
        if keyword not in file:
            setattr(file, keyword, usual)
    # libjpeg-turbo by way of Pillow decodes what is not lossless as most others do.
    plugin = "pillow" if file.file_meta.TransferSyntaxUID == JPEGBaseline8Bit else ""
    raw = pixel_array(file, index=frame - 1, decoding_plugin=plugin)
    photometric = file.PhotometricInterpretation
    if photometric == "PALETTE COLOR":
        return to_bytes(apply_color_lut(raw, file))
    if file.SamplesPerPixel > 1:
        return top_bits(raw, file.BitsStored)
    return draw_gray(raw, of_frame(file, frame))


def draw_gray(raw: numpy.ndarray, file: Dataset) -> numpy.ndarray:
    values = apply_modality_lut(raw, file).astype("float64")
    low, high = bounds(file)
    if "VOILUTSequence" in file:
        bits = file.VOILUTSequence[0].LUTDescriptor[2]
        shown = apply_voi(apply_modality_lut(raw, file), file).astype("float64") / (2**bits - 1)
    elif file.get("WindowCenter") not in (None, ""):
        if numpy.atleast_1d(file.WindowWidth)[0] < 1:
            file.VOILUTFunction = "LINEAR_EXACT"  # LINEAR is not defined for it
        shown = (apply_windowing(values, file) - low) / (high - low)
    elif file.BitsStored <= 8:
        shown = (values - low) / (high - low)
    else:
        occurring = values[~padded(raw, file)]
        low, high = occurring.min(), occurring.max()
        shown = (values - low) / max(high - low, 1e-9)
    shown = numpy.clip(shown, 0, 1)
    if file.get("PresentationLUTShape", "INVERSE" if file.PhotometricInterpretation == "MONOCHROME1" else "") == "INVERSE":
        shown = 1 - shown
    shown[padded(raw, file)] = 0
    return numpy.rint(shown * 255).astype("uint8")


def bounds(file: Dataset) -> tuple[float, float]:
    """What the values can be after the modality transform: the range that pydicom maps a window to."""
    if "ModalityLUTSequence" in file:
        return 0, 2 ** file.ModalityLUTSequence[0].LUTDescriptor[2] - 1
    signed = file.PixelRepresentation == 1
    low = -(2 ** (file.BitsStored - 1)) if signed else 0
    high = low + 2**file.BitsStored - 1
    if file.get("RescaleSlope") in (None, "") or file.get("RescaleIntercept") in (None, ""):
        return low, high
    slope, intercept = float(file.RescaleSlope), float(file.RescaleIntercept)
    return low * slope + intercept, high * slope + intercept


def padded(raw: numpy.ndarray, file: Dataset) -> numpy.ndarray:
    """Pixels outside the image (PS3.3 §C.7.5.1.1.2)."""
    value = file.get("PixelPaddingValue")
    if value is None:
        return numpy.zeros(raw.shape, bool)
    limit = file.get("PixelPaddingRangeLimit", value)
    return (raw >= min(value, limit)) & (raw <= max(value, limit))


def to_bytes(colours: numpy.ndarray) -> numpy.ndarray:
    return (colours >> 8).astype("uint8") if colours.dtype.itemsize == 2 else colours


def top_bits(samples: numpy.ndarray, bits: int) -> numpy.ndarray:
    return (samples >> max(0, bits - 8)).astype("uint8")


def write_pnm(picture: numpy.ndarray, path: str) -> None:
    form, (rows, columns) = ("P6" if picture.ndim == 3 else "P5"), picture.shape[:2]
    with open(path, "wb") as file:
        file.write(f"{form} {columns} {rows} 255\n".encode("ascii"))
        file.write(picture.tobytes())


for line in sys.stdin:
    task = json.loads(line)
    try:
        write_pnm(draw(task["file"], task["frame"]), task["picture"])
        print("{}", flush=True)
    except Exception as error:  # whatever it is, the next picture may be fine
        print(json.dumps({"error": f"{type(error).__name__}: {error}"}), flush=True)
