# syntax=docker/dockerfile:1
# The reference server. It runs as nobody in particular, on a root file system that may be read-only; what it keeps lies in
# /var/lib/sansfilm. `docker run IMAGE migrate`, `verify` and so on run the other commands.

FROM node:24.21.0-trixie-slim AS base
WORKDIR /app

FROM base AS install
RUN npm install --global pnpm@12.21.0
# Of the lockfile alone, so that a change of sources fetches nothing again.
COPY package.json pnpm-lock.yaml pnpm-workspace.yaml .pnpmfile.cjs ./
RUN pnpm fetch --prod
COPY . .
RUN pnpm install --offline --frozen-lockfile --prod --filter '@sansfilm/server...'

FROM base
# As SANSFILM_DATA in docs/guides/deploy.md: for nobody else.
RUN install --directory --owner=node --group=node --mode=0750 /var/lib/sansfilm
COPY --from=install /app /app
# Files are read and written, and texts compressed, by Node's thread pool: its four threads are too few for a server.
ENV NODE_ENV=production \
    UV_THREADPOOL_SIZE=16 \
    SANSFILM_HOST=0.0.0.0 \
    SANSFILM_DATA=/var/lib/sansfilm
USER node
VOLUME /var/lib/sansfilm
EXPOSE 8042
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.SANSFILM_PORT || 8042) + '/livez', { signal: AbortSignal.timeout(4000) }).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "--conditions=sansfilm-source", "--disable-warning=ExperimentalWarning", "/app/apps/server/src/main.ts"]
CMD ["serve"]
