/** What the viewer is told. Paths are on its own origin, so that no browser asks for cross-origin permission. */
export interface ViewerOptions {
  /** The viewer itself, with a slash at either end. */
  readonly base: string
  /** The root of the DICOMweb services, without a slash at its end. */
  readonly dicomweb: string
  /** Whether it offers to store files. */
  readonly upload: boolean
}

/**
 * The script that OHIF reads its configuration from.
 * @see https://docs.ohif.org/configuration/dataSources/dicom-web
 */
export function viewerConfigScript({ base, dicomweb, upload }: ViewerOptions): string {
  const configuration = {
    friendlyName: 'Sansfilm',
    name: 'sansfilm',
    qidoRoot: dicomweb,
    wadoRoot: dicomweb,
    wadoUriRoot: `${dicomweb.replace(/\/dicom-web$/, '')}/wado`,
    qidoSupportsIncludeField: true,
    supportsFuzzyMatching: true,
    supportsWildcard: true,
    supportsReject: false,
    dicomUploadEnabled: upload,
    imageRendering: 'wadors',
    thumbnailRendering: 'wadors',
    enableStudyLazyLoad: true,
    staticWado: false,
    singlepart: 'bulkdata,video,pdf',
    omitQuotationForMultipartRequest: false,
    bulkDataURI: { enabled: true, relativeResolution: 'studies' },
  }
  const config = {
    name: 'Sansfilm',
    routerBasename: base.replace(/\/$/, ''),
    extensions: [],
    modes: [],
    customizationService: {},
    showStudyList: true,
    maxNumberOfWebWorkers: 3,
    showWarningMessageForCrossOrigin: false,
    showCPUFallbackMessage: true,
    showLoadingIndicator: true,
    strictZSpacingForVolumeViewport: true,
    groupEnabledModesFirst: true,
    investigationalUseDialog: { option: 'never' },
    maxNumRequests: { interaction: 100, thumbnail: 5, prefetch: 25 },
    defaultDataSourceName: 'sansfilm',
    dataSources: [
      {
        namespace: '@ohif/extension-default.dataSourcesModule.dicomweb',
        sourceName: 'sansfilm',
        configuration,
      },
    ],
  }
  return `window.config = ${JSON.stringify(config, undefined, 2)}\n`
}
