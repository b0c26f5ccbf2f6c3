// @ohif/app is used for its prebuilt `dist/` alone; one of the packages it names is not published.
module.exports = {
  hooks: {
    readPackage(manifest) {
      if (manifest.name === '@ohif/app') {
        manifest.dependencies = {}
        manifest.peerDependencies = {}
      }
      return manifest
    },
  },
}
