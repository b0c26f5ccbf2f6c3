// A Jest reporter that ends the output with what was skipped and why, and one line of totals.
//
// The convention: the name of a skipped test, or of a `describe` around it, ends with its reason as
// `[skipped: what is missing]`.

/** @implements {import('@jest/reporters').Reporter} */
export default class SkippedTestsReporter {
  onRunComplete(_contexts, results) {
    const skipped = new Map()
    let count = 0
    for (const file of results.testResults) {
      for (const test of file.testResults) {
        if (test.status !== 'pending' && test.status !== 'todo' && test.status !== 'disabled') continue
        count += 1
        const { name, reason } = describeSkip([...test.ancestorTitles, test.title])
        skipped.set(reason, [...(skipped.get(reason) ?? []), name])
      }
    }
    // A file that does not even load has no tests to count, but is a failure.
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites
    // Jest prints its own summary after every reporter's.
    process.once('exit', () => {
      for (const [reason, names] of skipped) {
        console.log(`\nSkipped: ${reason}`)
        for (const name of names) console.log(`  ${name}`)
      }
      console.log(`\n${results.numPassedTests} passed, ${failed} failed, ${count} skipped`)
    })
  }
}

function describeSkip(titles) {
  const pattern = /\s*\[skipped: (.+)\]$/
  const reason = titles.map((title) => pattern.exec(title)?.[1]).find((found) => found !== undefined)
  return {
    name: titles
      .map((title) => title.replace(pattern, ''))
      .filter((title) => title !== '')
      .join(' > '),
    reason: reason ?? 'left out by a filter, or without a reason in its name',
  }
}
