/** Where the viewer finds things: paths on its own origin, so that no browser asks for cross-origin permission. */
export interface ViewerPaths {
  /** The viewer itself, with a slash at either end. */
  readonly base: string
  /** The root of the DICOMweb services, without a slash at its end. */
  readonly dicomweb: string
}

/**
 * The script that OHIF reads its configuration from.
 * @see https://docs.ohif.org/configuration/dataSources/dicom-web
 */
export function viewerConfigScript({ base, dicomweb }: ViewerPaths): string {
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
    dicomUploadEnabled: true,
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
