/** Sources are TypeScript in ES modules; workspace packages resolve to their sources, as in `npm start`. */
const shared = {
  extensionsToTreatAsEsm: ['.ts'],
  testEnvironmentOptions: { customExportConditions: ['sansfilm-source', 'node', 'node-addons'] },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { target: 'es2024', parser: { syntax: 'typescript' } },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
}

export default {
  // A test fails for what it finds, not for the load of the machine. (Jest heeds it here, not in a project.)
  testTimeout: 30_000,
  reporters: ['default', '<rootDir>/scripts/test-reporter.mjs'],
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: [
        '<rootDir>/packages/*/src/**/*.test.ts',
        '<rootDir>/apps/*/src/**/*.test.ts',
        '<rootDir>/scripts/**/*.test.ts',
      ],
    },
    {
      ...shared,
      displayName: 'e2e',
      testMatch: ['<rootDir>/apps/*/test/**/*.e2e.test.ts', '<rootDir>/examples/*.test.ts'],
    },
  ],
}
