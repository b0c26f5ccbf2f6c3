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
