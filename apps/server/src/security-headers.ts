import type { RequestHandler } from 'express'
import helmet from 'helmet'

/**
 * Headers for the pages of the server, which add content security policies of their own. Those that only secure contexts honour are left out: an archive in a hospital
 * network is often served by plain HTTP, and a browser complains of them there. HTTPS is for the proxy to enforce.
 */
export function pageHeaders(): RequestHandler {
  return helmet({
    // Pages set their own; what sets none is no page.
    contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
    strictTransportSecurity: false,
  })
}

/**
 * Headers for DICOMweb answers, which viewers of other origins load, show and embed; what they may, CORS says. A
 * document of a patient that a browser opens must not run scripts on this origin.
 */
export function dicomwebHeaders(): RequestHandler {
  return (_request, response, next) => {
    response.set('cross-origin-resource-policy', 'cross-origin')
    response.set('x-content-type-options', 'nosniff')
    response.set('content-security-policy', "default-src 'self'; script-src 'none'")
    next()
  }
}
