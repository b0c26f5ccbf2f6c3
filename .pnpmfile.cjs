// @ohif/app is used for its prebuilt `dist/` alone; one of the packages it names is not published. jpeg-turbo comes built for
// every platform that sharp comes built for; its compiler driver would bring forty packages that nothing here runs.
module.exports = {
  hooks: {
    readPackage(manifest) {
      if (manifest.name === '@ohif/app') {
        manifest.dependencies = {}
        manifest.peerDependencies = {}
      }
      if (manifest.name === '@julusian/jpeg-turbo') delete manifest.dependencies['cmake-js']
      return manifest
    },
  },
}
