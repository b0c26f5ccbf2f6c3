import type { Uid } from './uid.ts'

/** Type of the record that an instance has in a DICOMDIR. @see PS3.3 Table F.4-1 */
export type InstanceRecordType =
  | 'IMAGE'
  | 'RT DOSE'
  | 'RT STRUCTURE SET'
  | 'RT PLAN'
  | 'RT TREAT RECORD'
  | 'PRESENTATION'
  | 'WAVEFORM'
  | 'SR DOCUMENT'
  | 'KEY OBJECT DOC'
  | 'SPECTROSCOPY'
  | 'RAW DATA'
  | 'REGISTRATION'
  | 'FIDUCIAL'
  | 'ENCAP DOC'
  | 'VALUE MAP'
  | 'STEREOMETRIC'
  | 'PLAN'
  | 'MEASUREMENT'
  | 'SURFACE'
  | 'SURFACE SCAN'
  | 'TRACT'
  | 'ASSESSMENT'
  | 'RADIOTHERAPY'
  | 'ANNOTATION'

/** Records of instances that belong to no patient. @see PS3.3 Table F.4-1 */
export type NonPatientRecordType =
  | 'HANGING PROTOCOL'
  | 'PALETTE'
  | 'IMPLANT'
  | 'IMPLANT ASSY'
  | 'IMPLANT GROUP'
  | 'INVENTORY'
  | 'PROTOCOL'

/** What an archive needs to know of a SOP Class. */
export type SopClass = {
  readonly uid: Uid
  readonly name: string
  /** Instances have Pixel Data, Float Pixel Data or Double Float Pixel Data. */
  readonly hasPixelData: boolean
} & (CompositeFacts | NonPatientFacts | DirectoryFacts)

/** Part of a patient's study. */
interface CompositeFacts {
  readonly kind: 'composite'
  /** `undefined` where PS3.3 Annex F has none, as for retired classes. */
  readonly recordType: InstanceRecordType | undefined
}

/** Stored by the Non-Patient Instance Service alone (PS3.18 §12). */
interface NonPatientFacts {
  readonly kind: 'non-patient'
  readonly recordType: NonPatientRecordType
}

/** A DICOMDIR (PS3.10 §8.6). */
interface DirectoryFacts {
  readonly kind: 'directory'
  readonly recordType: undefined
}

/** What the instances of a SOP Class are. */
export type SopClassKind = SopClass['kind']

const image = { kind: 'composite', recordType: 'IMAGE', hasPixelData: true } as const
const document = { kind: 'composite', recordType: 'SR DOCUMENT', hasPixelData: false } as const
const presentation = { ...document, recordType: 'PRESENTATION' } as const
const waveform = { ...document, recordType: 'WAVEFORM' } as const
const measurement = { ...document, recordType: 'MEASUREMENT' } as const
const encapsulated = { ...document, recordType: 'ENCAP DOC' } as const
const radiotherapy = { ...document, recordType: 'RADIOTHERAPY' } as const
const plan = { ...document, recordType: 'RT PLAN' } as const
const treatmentRecord = { ...document, recordType: 'RT TREAT RECORD' } as const
const other = { ...document, recordType: undefined } as const
const nonPatient = { kind: 'non-patient', hasPixelData: false } as const

/**
 * Every Storage SOP Class of PS3.4 §B.5 and Annex GG, the retired ones that archives still hold, and the Media Storage
 * Directory, by the keyword of PS3.6 Table A-1. Record types are those of PS3.3 §F.4 and Annex F.5.
 */
export const sopClasses = {
  MediaStorageDirectoryStorage: {
    uid: '1.2.840.10008.1.3.10',
    name: 'Media Storage Directory Storage',
    kind: 'directory',
    recordType: undefined,
    hasPixelData: false,
  },
  StoredPrintStorage: { uid: '1.2.840.10008.5.1.1.27', name: 'Stored Print Storage', ...other },
  HardcopyGrayscaleImageStorage: { uid: '1.2.840.10008.5.1.1.29', name: 'Hardcopy Grayscale Image Storage', ...image },
  HardcopyColorImageStorage: { uid: '1.2.840.10008.5.1.1.30', name: 'Hardcopy Color Image Storage', ...image },
  ComputedRadiographyImageStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.1',
    name: 'Computed Radiography Image Storage',
    ...image,
  },
  DigitalXRayImageStorageForPresentation: {
    uid: '1.2.840.10008.5.1.4.1.1.1.1',
    name: 'Digital X-Ray Image Storage - For Presentation',
    ...image,
  },
  DigitalXRayImageStorageForProcessing: {
    uid: '1.2.840.10008.5.1.4.1.1.1.1.1',
    name: 'Digital X-Ray Image Storage - For Processing',
    ...image,
  },
  DigitalMammographyXRayImageStorageForPresentation: {
    uid: '1.2.840.10008.5.1.4.1.1.1.2',
    name: 'Digital Mammography X-Ray Image Storage - For Presentation',
    ...image,
  },
  DigitalMammographyXRayImageStorageForProcessing: {
    uid: '1.2.840.10008.5.1.4.1.1.1.2.1',
    name: 'Digital Mammography X-Ray Image Storage - For Processing',
    ...image,
  },
  DigitalIntraOralXRayImageStorageForPresentation: {
    uid: '1.2.840.10008.5.1.4.1.1.1.3',
    name: 'Digital Intra-Oral X-Ray Image Storage - For Presentation',
    ...image,
  },
  DigitalIntraOralXRayImageStorageForProcessing: {
    uid: '1.2.840.10008.5.1.4.1.1.1.3.1',
    name: 'Digital Intra-Oral X-Ray Image Storage - For Processing',
    ...image,
  },
  CTImageStorage: { uid: '1.2.840.10008.5.1.4.1.1.2', name: 'CT Image Storage', ...image },
  EnhancedCTImageStorage: { uid: '1.2.840.10008.5.1.4.1.1.2.1', name: 'Enhanced CT Image Storage', ...image },
  LegacyConvertedEnhancedCTImageStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.2.2',
    name: 'Legacy Converted Enhanced CT Image Storage',
    ...image,
  },
  UltrasoundMultiFrameImageStorageRetired: {
    uid: '1.2.840.10008.5.1.4.1.1.3',
    name: 'Ultrasound Multi-frame Image Storage',
    ...image,
  },
  UltrasoundMultiFrameImageStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.3.1',
    name: 'Ultrasound Multi-frame Image Storage',
    ...image,
  },
  MRImageStorage: { uid: '1.2.840.10008.5.1.4.1.1.4', name: 'MR Image Storage', ...image },
  EnhancedMRImageStorage: { uid: '1.2.840.10008.5.1.4.1.1.4.1', name: 'Enhanced MR Image Storage', ...image },
  MRSpectroscopyStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.4.2',
    name: 'MR Spectroscopy Storage',
    ...other,
    recordType: 'SPECTROSCOPY',
  },
  EnhancedMRColorImageStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.4.3',
    name: 'Enhanced MR Color Image Storage',
    ...image,
  },
  LegacyConvertedEnhancedMRImageStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.4.4',
    name: 'Legacy Converted Enhanced MR Image Storage',
    ...image,
  },
  NuclearMedicineImageStorageRetired: {
    uid: '1.2.840.10008.5.1.4.1.1.5',
    name: 'Nuclear Medicine Image Storage',
    ...image,
  },
  UltrasoundImageStorageRetired: { uid: '1.2.840.10008.5.1.4.1.1.6', name: 'Ultrasound Image Storage', ...image },
  UltrasoundImageStorage: { uid: '1.2.840.10008.5.1.4.1.1.6.1', name: 'Ultrasound Image Storage', ...image },
  EnhancedUSVolumeStorage: { uid: '1.2.840.10008.5.1.4.1.1.6.2', name: 'Enhanced US Volume Storage', ...image },
  PhotoacousticImageStorage: { uid: '1.2.840.10008.5.1.4.1.1.6.3', name: 'Photoacoustic Image Storage', ...image },
  SecondaryCaptureImageStorage: { uid: '1.2.840.10008.5.1.4.1.1.7', name: 'Secondary Capture Image Storage', ...image },
  MultiFrameSingleBitSecondaryCaptureImageStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.7.1',
    name: 'Multi-frame Single Bit Secondary Capture Image Storage',
    ...image,
  },
  MultiFrameGrayscaleByteSecondaryCaptureImageStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.7.2',
    name: 'Multi-frame Grayscale Byte Secondary Capture Image Storage',
    ...image,
  },
  MultiFrameGrayscaleWordSecondaryCaptureImageStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.7.3',
    name: 'Multi-frame Grayscale Word Secondary Capture Image Storage',
    ...image,
  },
  MultiFrameTrueColorSecondaryCaptureImageStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.7.4',
    name: 'Multi-frame True Color Secondary Capture Image Storage',
    ...image,
  },
  StandaloneOverlayStorage: { uid: '1.2.840.10008.5.1.4.1.1.8', name: 'Standalone Overlay Storage', ...other },
  StandaloneCurveStorage: { uid: '1.2.840.10008.5.1.4.1.1.9', name: 'Standalone Curve Storage', ...other },
  WaveformStorageTrial: { uid: '1.2.840.10008.5.1.4.1.1.9.1', name: 'Waveform Storage - Trial', ...waveform },
  TwelveLeadECGWaveformStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.9.1.1',
    name: '12-lead ECG Waveform Storage',
    ...waveform,
  },
  GeneralECGWaveformStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.9.1.2',
    name: 'General ECG Waveform Storage',
    ...waveform,
  },
  AmbulatoryECGWaveformStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.9.1.3',
    name: 'Ambulatory ECG Waveform Storage',
    ...waveform,
  },
  General32bitECGWaveformStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.9.1.4',
    name: 'General 32-bit ECG Waveform Storage',
    ...waveform,
  },
  HemodynamicWaveformStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.9.2.1',
    name: 'Hemodynamic Waveform Storage',
    ...waveform,
  },
  CardiacElectrophysiologyWaveformStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.9.3.1',
    name: 'Cardiac Electrophysiology Waveform Storage',
    ...waveform,
  },
  BasicVoiceAudioWaveformStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.9.4.1',
    name: 'Basic Voice Audio Waveform Storage',
    ...waveform,
  },
  GeneralAudioWaveformStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.9.4.2',
    name: 'General Audio Waveform Storage',
    ...waveform,
  },
  ArterialPulseWaveformStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.9.5.1',
    name: 'Arterial Pulse Waveform Storage',
    ...waveform,
  },
  RespiratoryWaveformStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.9.6.1',
    name: 'Respiratory Waveform Storage',
    ...waveform,
  },
  MultichannelRespiratoryWaveformStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.9.6.2',
    name: 'Multi-channel Respiratory Waveform Storage',
    ...waveform,
  },
  RoutineScalpElectroencephalogramWaveformStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.9.7.1',
    name: 'Routine Scalp Electroencephalogram Waveform Storage',
    ...waveform,
  },
  ElectromyogramWaveformStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.9.7.2',
    name: 'Electromyogram Waveform Storage',
    ...waveform,
  },
  ElectrooculogramWaveformStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.9.7.3',
    name: 'Electrooculogram Waveform Storage',
    ...waveform,
  },
  SleepElectroencephalogramWaveformStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.9.7.4',
    name: 'Sleep Electroencephalogram Waveform Storage',
    ...waveform,
  },
  BodyPositionWaveformStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.9.8.1',
    name: 'Body Position Waveform Storage',
    ...waveform,
  },
  StandaloneModalityLUTStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.10',
    name: 'Standalone Modality LUT Storage',
    ...other,
  },
  StandaloneVOILUTStorage: { uid: '1.2.840.10008.5.1.4.1.1.11', name: 'Standalone VOI LUT Storage', ...other },
  GrayscaleSoftcopyPresentationStateStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.11.1',
    name: 'Grayscale Softcopy Presentation State Storage',
    ...presentation,
  },
  ColorSoftcopyPresentationStateStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.11.2',
    name: 'Color Softcopy Presentation State Storage',
    ...presentation,
  },
  PseudoColorSoftcopyPresentationStateStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.11.3',
    name: 'Pseudo-Color Softcopy Presentation State Storage',
    ...presentation,
  },
  BlendingSoftcopyPresentationStateStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.11.4',
    name: 'Blending Softcopy Presentation State Storage',
    ...presentation,
  },
  XAXRFGrayscaleSoftcopyPresentationStateStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.11.5',
    name: 'XA/XRF Grayscale Softcopy Presentation State Storage',
    ...presentation,
  },
  GrayscalePlanarMPRVolumetricPresentationStateStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.11.6',
    name: 'Grayscale Planar MPR Volumetric Presentation State Storage',
    ...presentation,
  },
  CompositingPlanarMPRVolumetricPresentationStateStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.11.7',
    name: 'Compositing Planar MPR Volumetric Presentation State Storage',
    ...presentation,
  },
  AdvancedBlendingPresentationStateStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.11.8',
    name: 'Advanced Blending Presentation State Storage',
    ...presentation,
  },
  VolumeRenderingVolumetricPresentationStateStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.11.9',
    name: 'Volume Rendering Volumetric Presentation State Storage',
    ...presentation,
  },
  SegmentedVolumeRenderingVolumetricPresentationStateStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.11.10',
    name: 'Segmented Volume Rendering Volumetric Presentation State Storage',
    ...presentation,
  },
  MultipleVolumeRenderingVolumetricPresentationStateStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.11.11',
    name: 'Multiple Volume Rendering Volumetric Presentation State Storage',
    ...presentation,
  },
  VariableModalityLUTSoftcopyPresentationStateStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.11.12',
    name: 'Variable Modality LUT Softcopy Presentation State Storage',
    ...presentation,
  },
  XRayAngiographicImageStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.12.1',
    name: 'X-Ray Angiographic Image Storage',
    ...image,
  },
  EnhancedXAImageStorage: { uid: '1.2.840.10008.5.1.4.1.1.12.1.1', name: 'Enhanced XA Image Storage', ...image },
  XRayRadiofluoroscopicImageStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.12.2',
    name: 'X-Ray Radiofluoroscopic Image Storage',
    ...image,
  },
  EnhancedXRFImageStorage: { uid: '1.2.840.10008.5.1.4.1.1.12.2.1', name: 'Enhanced XRF Image Storage', ...image },
  XRayAngiographicBiPlaneImageStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.12.3',
    name: 'X-Ray Angiographic Bi-Plane Image Storage',
    ...image,
  },
  XRay3DAngiographicImageStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.13.1.1',
    name: 'X-Ray 3D Angiographic Image Storage',
    ...image,
  },
  XRay3DCraniofacialImageStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.13.1.2',
    name: 'X-Ray 3D Craniofacial Image Storage',
    ...image,
  },
  BreastTomosynthesisImageStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.13.1.3',
    name: 'Breast Tomosynthesis Image Storage',
    ...image,
  },
  BreastProjectionXRayImageStorageForPresentation: {
    uid: '1.2.840.10008.5.1.4.1.1.13.1.4',
    name: 'Breast Projection X-Ray Image Storage - For Presentation',
    ...image,
  },
  BreastProjectionXRayImageStorageForProcessing: {
    uid: '1.2.840.10008.5.1.4.1.1.13.1.5',
    name: 'Breast Projection X-Ray Image Storage - For Processing',
    ...image,
  },
  IntravascularOpticalCoherenceTomographyImageStorageForPresentation: {
    uid: '1.2.840.10008.5.1.4.1.1.14.1',
    name: 'Intravascular Optical Coherence Tomography Image Storage - For Presentation',
    ...image,
  },
  IntravascularOpticalCoherenceTomographyImageStorageForProcessing: {
    uid: '1.2.840.10008.5.1.4.1.1.14.2',
    name: 'Intravascular Optical Coherence Tomography Image Storage - For Processing',
    ...image,
  },
  NuclearMedicineImageStorage: { uid: '1.2.840.10008.5.1.4.1.1.20', name: 'Nuclear Medicine Image Storage', ...image },
  ParametricMapStorage: { uid: '1.2.840.10008.5.1.4.1.1.30', name: 'Parametric Map Storage', ...image },
  RawDataStorage: { uid: '1.2.840.10008.5.1.4.1.1.66', name: 'Raw Data Storage', ...other, recordType: 'RAW DATA' },
  SpatialRegistrationStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.66.1',
    name: 'Spatial Registration Storage',
    ...other,
    recordType: 'REGISTRATION',
  },
  SpatialFiducialsStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.66.2',
    name: 'Spatial Fiducials Storage',
    ...other,
    recordType: 'FIDUCIAL',
  },
  DeformableSpatialRegistrationStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.66.3',
    name: 'Deformable Spatial Registration Storage',
    ...other,
    recordType: 'REGISTRATION',
  },
  SegmentationStorage: { uid: '1.2.840.10008.5.1.4.1.1.66.4', name: 'Segmentation Storage', ...image },
  SurfaceSegmentationStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.66.5',
    name: 'Surface Segmentation Storage',
    ...other,
    recordType: 'SURFACE',
  },
  TractographyResultsStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.66.6',
    name: 'Tractography Results Storage',
    ...other,
    recordType: 'TRACT',
  },
  LabelMapSegmentationStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.66.7',
    name: 'Label Map Segmentation Storage',
    ...image,
  },
  HeightMapSegmentationStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.66.8',
    name: 'Height Map Segmentation Storage',
    ...image,
  },
  RealWorldValueMappingStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.67',
    name: 'Real World Value Mapping Storage',
    ...other,
    recordType: 'VALUE MAP',
  },
  SurfaceScanMeshStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.68.1',
    name: 'Surface Scan Mesh Storage',
    ...other,
    recordType: 'SURFACE SCAN',
  },
  SurfaceScanPointCloudStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.68.2',
    name: 'Surface Scan Point Cloud Storage',
    ...other,
    recordType: 'SURFACE SCAN',
  },
  VLImageStorageTrial: { uid: '1.2.840.10008.5.1.4.1.1.77.1', name: 'VL Image Storage - Trial', ...image },
  VLEndoscopicImageStorage: { uid: '1.2.840.10008.5.1.4.1.1.77.1.1', name: 'VL Endoscopic Image Storage', ...image },
  VideoEndoscopicImageStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.77.1.1.1',
    name: 'Video Endoscopic Image Storage',
    ...image,
  },
  VLMicroscopicImageStorage: { uid: '1.2.840.10008.5.1.4.1.1.77.1.2', name: 'VL Microscopic Image Storage', ...image },
  VideoMicroscopicImageStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.77.1.2.1',
    name: 'Video Microscopic Image Storage',
    ...image,
  },
  VLSlideCoordinatesMicroscopicImageStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.77.1.3',
    name: 'VL Slide-Coordinates Microscopic Image Storage',
    ...image,
  },
  VLPhotographicImageStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.77.1.4',
    name: 'VL Photographic Image Storage',
    ...image,
  },
  VideoPhotographicImageStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.77.1.4.1',
    name: 'Video Photographic Image Storage',
    ...image,
  },
  OphthalmicPhotography8BitImageStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.77.1.5.1',
    name: 'Ophthalmic Photography 8 Bit Image Storage',
    ...image,
  },
  OphthalmicPhotography16BitImageStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.77.1.5.2',
    name: 'Ophthalmic Photography 16 Bit Image Storage',
    ...image,
  },
  StereometricRelationshipStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.77.1.5.3',
    name: 'Stereometric Relationship Storage',
    ...other,
    recordType: 'STEREOMETRIC',
  },
  OphthalmicTomographyImageStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.77.1.5.4',
    name: 'Ophthalmic Tomography Image Storage',
    ...image,
  },
  WideFieldOphthalmicPhotographyStereographicProjectionImageStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.77.1.5.5',
    name: 'Wide Field Ophthalmic Photography Stereographic Projection Image Storage',
    ...image,
  },
  WideFieldOphthalmicPhotography3DCoordinatesImageStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.77.1.5.6',
    name: 'Wide Field Ophthalmic Photography 3D Coordinates Image Storage',
    ...image,
  },
  OphthalmicOpticalCoherenceTomographyEnFaceImageStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.77.1.5.7',
    name: 'Ophthalmic Optical Coherence Tomography En Face Image Storage',
    ...image,
  },
  OphthalmicOpticalCoherenceTomographyBscanVolumeAnalysisStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.77.1.5.8',
    name: 'Ophthalmic Optical Coherence Tomography B-scan Volume Analysis Storage',
    ...image,
  },
  VLWholeSlideMicroscopyImageStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.77.1.6',
    name: 'VL Whole Slide Microscopy Image Storage',
    ...image,
  },
  DermoscopicPhotographyImageStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.77.1.7',
    name: 'Dermoscopic Photography Image Storage',
    ...image,
  },
  ConfocalMicroscopyImageStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.77.1.8',
    name: 'Confocal Microscopy Image Storage',
    ...image,
  },
  ConfocalMicroscopyTiledPyramidalImageStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.77.1.9',
    name: 'Confocal Microscopy Tiled Pyramidal Image Storage',
    ...image,
  },
  VLMultiFrameImageStorageTrial: {
    uid: '1.2.840.10008.5.1.4.1.1.77.2',
    name: 'VL Multi-frame Image Storage - Trial',
    ...image,
  },
  LensometryMeasurementsStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.78.1',
    name: 'Lensometry Measurements Storage',
    ...measurement,
  },
  AutorefractionMeasurementsStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.78.2',
    name: 'Autorefraction Measurements Storage',
    ...measurement,
  },
  KeratometryMeasurementsStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.78.3',
    name: 'Keratometry Measurements Storage',
    ...measurement,
  },
  SubjectiveRefractionMeasurementsStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.78.4',
    name: 'Subjective Refraction Measurements Storage',
    ...measurement,
  },
  VisualAcuityMeasurementsStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.78.5',
    name: 'Visual Acuity Measurements Storage',
    ...measurement,
  },
  SpectaclePrescriptionReportStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.78.6',
    name: 'Spectacle Prescription Report Storage',
    ...document,
  },
  OphthalmicAxialMeasurementsStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.78.7',
    name: 'Ophthalmic Axial Measurements Storage',
    ...measurement,
  },
  IntraocularLensCalculationsStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.78.8',
    name: 'Intraocular Lens Calculations Storage',
    ...measurement,
  },
  MacularGridThicknessAndVolumeReportStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.79.1',
    name: 'Macular Grid Thickness and Volume Report Storage',
    ...document,
  },
  OphthalmicVisualFieldStaticPerimetryMeasurementsStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.80.1',
    name: 'Ophthalmic Visual Field Static Perimetry Measurements Storage',
    ...measurement,
  },
  OphthalmicThicknessMapStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.81.1',
    name: 'Ophthalmic Thickness Map Storage',
    ...image,
  },
  CornealTopographyMapStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.82.1',
    name: 'Corneal Topography Map Storage',
    ...image,
  },
  TextSRStorageTrial: { uid: '1.2.840.10008.5.1.4.1.1.88.1', name: 'Text SR Storage - Trial', ...document },
  AudioSRStorageTrial: { uid: '1.2.840.10008.5.1.4.1.1.88.2', name: 'Audio SR Storage - Trial', ...document },
  DetailSRStorageTrial: { uid: '1.2.840.10008.5.1.4.1.1.88.3', name: 'Detail SR Storage - Trial', ...document },
  ComprehensiveSRStorageTrial: {
    uid: '1.2.840.10008.5.1.4.1.1.88.4',
    name: 'Comprehensive SR Storage - Trial',
    ...document,
  },
  BasicTextSRStorage: { uid: '1.2.840.10008.5.1.4.1.1.88.11', name: 'Basic Text SR Storage', ...document },
  EnhancedSRStorage: { uid: '1.2.840.10008.5.1.4.1.1.88.22', name: 'Enhanced SR Storage', ...document },
  ComprehensiveSRStorage: { uid: '1.2.840.10008.5.1.4.1.1.88.33', name: 'Comprehensive SR Storage', ...document },
  Comprehensive3DSRStorage: { uid: '1.2.840.10008.5.1.4.1.1.88.34', name: 'Comprehensive 3D SR Storage', ...document },
  ExtensibleSRStorage: { uid: '1.2.840.10008.5.1.4.1.1.88.35', name: 'Extensible SR Storage', ...document },
  ProcedureLogStorage: { uid: '1.2.840.10008.5.1.4.1.1.88.40', name: 'Procedure Log Storage', ...document },
  MammographyCADSRStorage: { uid: '1.2.840.10008.5.1.4.1.1.88.50', name: 'Mammography CAD SR Storage', ...document },
  KeyObjectSelectionDocumentStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.88.59',
    name: 'Key Object Selection Document Storage',
    ...other,
    recordType: 'KEY OBJECT DOC',
  },
  ChestCADSRStorage: { uid: '1.2.840.10008.5.1.4.1.1.88.65', name: 'Chest CAD SR Storage', ...document },
  XRayRadiationDoseSRStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.88.67',
    name: 'X-Ray Radiation Dose SR Storage',
    ...document,
  },
  RadiopharmaceuticalRadiationDoseSRStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.88.68',
    name: 'Radiopharmaceutical Radiation Dose SR Storage',
    ...document,
  },
  ColonCADSRStorage: { uid: '1.2.840.10008.5.1.4.1.1.88.69', name: 'Colon CAD SR Storage', ...document },
  ImplantationPlanSRStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.88.70',
    name: 'Implantation Plan SR Storage',
    ...document,
  },
  AcquisitionContextSRStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.88.71',
    name: 'Acquisition Context SR Storage',
    ...document,
  },
  SimplifiedAdultEchoSRStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.88.72',
    name: 'Simplified Adult Echo SR Storage',
    ...document,
  },
  PatientRadiationDoseSRStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.88.73',
    name: 'Patient Radiation Dose SR Storage',
    ...document,
  },
  PlannedImagingAgentAdministrationSRStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.88.74',
    name: 'Planned Imaging Agent Administration SR Storage',
    ...document,
  },
  PerformedImagingAgentAdministrationSRStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.88.75',
    name: 'Performed Imaging Agent Administration SR Storage',
    ...document,
  },
  EnhancedXRayRadiationDoseSRStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.88.76',
    name: 'Enhanced X-Ray Radiation Dose SR Storage',
    ...document,
  },
  WaveformAnnotationSRStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.88.77',
    name: 'Waveform Annotation SR Storage',
    ...document,
  },
  ContentAssessmentResultsStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.90.1',
    name: 'Content Assessment Results Storage',
    ...other,
    recordType: 'ASSESSMENT',
  },
  MicroscopyBulkSimpleAnnotationsStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.91.1',
    name: 'Microscopy Bulk Simple Annotations Storage',
    ...other,
    recordType: 'ANNOTATION',
  },
  EncapsulatedPDFStorage: { uid: '1.2.840.10008.5.1.4.1.1.104.1', name: 'Encapsulated PDF Storage', ...encapsulated },
  EncapsulatedCDAStorage: { uid: '1.2.840.10008.5.1.4.1.1.104.2', name: 'Encapsulated CDA Storage', ...encapsulated },
  EncapsulatedSTLStorage: { uid: '1.2.840.10008.5.1.4.1.1.104.3', name: 'Encapsulated STL Storage', ...encapsulated },
  EncapsulatedOBJStorage: { uid: '1.2.840.10008.5.1.4.1.1.104.4', name: 'Encapsulated OBJ Storage', ...encapsulated },
  EncapsulatedMTLStorage: { uid: '1.2.840.10008.5.1.4.1.1.104.5', name: 'Encapsulated MTL Storage', ...encapsulated },
  PositronEmissionTomographyImageStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.128',
    name: 'Positron Emission Tomography Image Storage',
    ...image,
  },
  LegacyConvertedEnhancedPETImageStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.128.1',
    name: 'Legacy Converted Enhanced PET Image Storage',
    ...image,
  },
  StandalonePETCurveStorage: { uid: '1.2.840.10008.5.1.4.1.1.129', name: 'Standalone PET Curve Storage', ...other },
  EnhancedPETImageStorage: { uid: '1.2.840.10008.5.1.4.1.1.130', name: 'Enhanced PET Image Storage', ...image },
  BasicStructuredDisplayStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.131',
    name: 'Basic Structured Display Storage',
    ...presentation,
  },
  CTDefinedProcedureProtocolStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.200.1',
    name: 'CT Defined Procedure Protocol Storage',
    ...nonPatient,
    recordType: 'PROTOCOL',
  },
  CTPerformedProcedureProtocolStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.200.2',
    name: 'CT Performed Procedure Protocol Storage',
    ...other,
  },
  ProtocolApprovalStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.200.3',
    name: 'Protocol Approval Storage',
    ...nonPatient,
    recordType: 'PROTOCOL',
  },
  XADefinedProcedureProtocolStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.200.7',
    name: 'XA Defined Procedure Protocol Storage',
    ...nonPatient,
    recordType: 'PROTOCOL',
  },
  XAPerformedProcedureProtocolStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.200.8',
    name: 'XA Performed Procedure Protocol Storage',
    ...other,
  },
  InventoryStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.201.1',
    name: 'Inventory Storage',
    ...nonPatient,
    recordType: 'INVENTORY',
  },
  RTImageStorage: { uid: '1.2.840.10008.5.1.4.1.1.481.1', name: 'RT Image Storage', ...image },
  RTDoseStorage: { uid: '1.2.840.10008.5.1.4.1.1.481.2', name: 'RT Dose Storage', ...image, recordType: 'RT DOSE' },
  RTStructureSetStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.481.3',
    name: 'RT Structure Set Storage',
    ...other,
    recordType: 'RT STRUCTURE SET',
  },
  RTBeamsTreatmentRecordStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.481.4',
    name: 'RT Beams Treatment Record Storage',
    ...treatmentRecord,
  },
  RTPlanStorage: { uid: '1.2.840.10008.5.1.4.1.1.481.5', name: 'RT Plan Storage', ...plan },
  RTBrachyTreatmentRecordStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.481.6',
    name: 'RT Brachy Treatment Record Storage',
    ...treatmentRecord,
  },
  RTTreatmentSummaryRecordStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.481.7',
    name: 'RT Treatment Summary Record Storage',
    ...treatmentRecord,
  },
  RTIonPlanStorage: { uid: '1.2.840.10008.5.1.4.1.1.481.8', name: 'RT Ion Plan Storage', ...plan },
  RTIonBeamsTreatmentRecordStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.481.9',
    name: 'RT Ion Beams Treatment Record Storage',
    ...treatmentRecord,
  },
  RTPhysicianIntentStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.481.10',
    name: 'RT Physician Intent Storage',
    ...radiotherapy,
  },
  RTSegmentAnnotationStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.481.11',
    name: 'RT Segment Annotation Storage',
    ...radiotherapy,
  },
  RTRadiationSetStorage: { uid: '1.2.840.10008.5.1.4.1.1.481.12', name: 'RT Radiation Set Storage', ...radiotherapy },
  CArmPhotonElectronRadiationStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.481.13',
    name: 'C-Arm Photon-Electron Radiation Storage',
    ...radiotherapy,
  },
  TomotherapeuticRadiationStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.481.14',
    name: 'Tomotherapeutic Radiation Storage',
    ...radiotherapy,
  },
  RoboticArmRadiationStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.481.15',
    name: 'Robotic-Arm Radiation Storage',
    ...radiotherapy,
  },
  RTRadiationRecordSetStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.481.16',
    name: 'RT Radiation Record Set Storage',
    ...radiotherapy,
  },
  RTRadiationSalvageRecordStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.481.17',
    name: 'RT Radiation Salvage Record Storage',
    ...radiotherapy,
  },
  TomotherapeuticRadiationRecordStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.481.18',
    name: 'Tomotherapeutic Radiation Record Storage',
    ...radiotherapy,
  },
  CArmPhotonElectronRadiationRecordStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.481.19',
    name: 'C-Arm Photon-Electron Radiation Record Storage',
    ...radiotherapy,
  },
  RoboticRadiationRecordStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.481.20',
    name: 'Robotic Radiation Record Storage',
    ...radiotherapy,
  },
  RTRadiationSetDeliveryInstructionStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.481.21',
    name: 'RT Radiation Set Delivery Instruction Storage',
    ...radiotherapy,
  },
  RTTreatmentPreparationStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.481.22',
    name: 'RT Treatment Preparation Storage',
    ...radiotherapy,
  },
  EnhancedRTImageStorage: { uid: '1.2.840.10008.5.1.4.1.1.481.23', name: 'Enhanced RT Image Storage', ...image },
  EnhancedContinuousRTImageStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.481.24',
    name: 'Enhanced Continuous RT Image Storage',
    ...image,
  },
  RTPatientPositionAcquisitionInstructionStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.481.25',
    name: 'RT Patient Position Acquisition Instruction Storage',
    ...radiotherapy,
  },
  DICOSCTImageStorage: { uid: '1.2.840.10008.5.1.4.1.1.501.1', name: 'DICOS CT Image Storage', ...image },
  DICOSDigitalXRayImageStorageForPresentation: {
    uid: '1.2.840.10008.5.1.4.1.1.501.2.1',
    name: 'DICOS Digital X-Ray Image Storage - For Presentation',
    ...image,
  },
  DICOSDigitalXRayImageStorageForProcessing: {
    uid: '1.2.840.10008.5.1.4.1.1.501.2.2',
    name: 'DICOS Digital X-Ray Image Storage - For Processing',
    ...image,
  },
  DICOSThreatDetectionReportStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.501.3',
    name: 'DICOS Threat Detection Report Storage',
    ...other,
  },
  DICOS2DAITStorage: { uid: '1.2.840.10008.5.1.4.1.1.501.4', name: 'DICOS 2D AIT Storage', ...image },
  DICOS3DAITStorage: { uid: '1.2.840.10008.5.1.4.1.1.501.5', name: 'DICOS 3D AIT Storage', ...image },
  DICOSQuadrupoleResonanceStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.501.6',
    name: 'DICOS Quadrupole Resonance (QR) Storage',
    ...image,
  },
  EddyCurrentImageStorage: { uid: '1.2.840.10008.5.1.4.1.1.601.1', name: 'Eddy Current Image Storage', ...image },
  EddyCurrentMultiFrameImageStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.601.2',
    name: 'Eddy Current Multi-frame Image Storage',
    ...image,
  },
  ThermographyImageStorage: { uid: '1.2.840.10008.5.1.4.1.1.601.3', name: 'Thermography Image Storage', ...image },
  ThermographyMultiFrameImageStorage: {
    uid: '1.2.840.10008.5.1.4.1.1.601.4',
    name: 'Thermography Multi-frame Image Storage',
    ...image,
  },
  RTBeamsDeliveryInstructionStorageTrial: {
    uid: '1.2.840.10008.5.1.4.34.1',
    name: 'RT Beams Delivery Instruction Storage - Trial',
    ...radiotherapy,
  },
  RTBeamsDeliveryInstructionStorage: {
    uid: '1.2.840.10008.5.1.4.34.7',
    name: 'RT Beams Delivery Instruction Storage',
    ...other,
    recordType: 'PLAN',
  },
  RTBrachyApplicationSetupDeliveryInstructionStorage: {
    uid: '1.2.840.10008.5.1.4.34.10',
    name: 'RT Brachy Application Setup Delivery Instruction Storage',
    ...radiotherapy,
  },
  HangingProtocolStorage: {
    uid: '1.2.840.10008.5.1.4.38.1',
    name: 'Hanging Protocol Storage',
    ...nonPatient,
    recordType: 'HANGING PROTOCOL',
  },
  ColorPaletteStorage: {
    uid: '1.2.840.10008.5.1.4.39.1',
    name: 'Color Palette Storage',
    ...nonPatient,
    recordType: 'PALETTE',
  },
  GenericImplantTemplateStorage: {
    uid: '1.2.840.10008.5.1.4.43.1',
    name: 'Generic Implant Template Storage',
    ...nonPatient,
    recordType: 'IMPLANT',
  },
  ImplantAssemblyTemplateStorage: {
    uid: '1.2.840.10008.5.1.4.44.1',
    name: 'Implant Assembly Template Storage',
    ...nonPatient,
    recordType: 'IMPLANT ASSY',
  },
  ImplantTemplateGroupStorage: {
    uid: '1.2.840.10008.5.1.4.45.1',
    name: 'Implant Template Group Storage',
    ...nonPatient,
    recordType: 'IMPLANT GROUP',
  },
} as const satisfies Record<string, SopClass>

const byUid = new Map<Uid, SopClass>(Object.values(sopClasses).map((row) => [row.uid, row]))

/** The record of a SOP Class UID; `undefined` for private ones and those that no instance on a medium has. */
export function lookupSopClass(uid: Uid): SopClass | undefined {
  return byUid.get(uid)
}

/** What the instances of a SOP Class are; `undefined` where the class is unknown, as every private one. */
export function sopClassKind(uid: Uid): SopClassKind | undefined {
  return byUid.get(uid)?.kind
}
