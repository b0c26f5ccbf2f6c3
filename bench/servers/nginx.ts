import { spawnSync } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Mirror } from './mirror.ts'
import { type BenchServer, MissingServerError } from './server.ts'
import { freePort, startProcess } from './server-process.ts'

/** @throws MissingServerError where nginx is not installed */
export function findNginx(): string {
  const asked = spawnSync('nginx', ['-v'], { encoding: 'utf8' })
  if (asked.error !== undefined) throw new MissingServerError('nginx is not installed (apt-get install nginx-light)')
  return asked.stderr.replace('nginx version: ', '').trim()
}

/** nginx over the mirror: what the machine can do when an answer lies ready as a file. */
export async function startNginx(folder: string, mirror: Mirror): Promise<BenchServer> {
  const port = await freePort()
  await mkdir(folder, { recursive: true })
  const config = join(folder, 'nginx.conf')
  await writeFile(config, configuration(folder, port, mirror.folder))
  const child = await startProcess({ command: 'nginx', args: ['-p', folder, '-c', config], port, probe: '/' })
  return {
    name: 'nginx',
    port,
    folder,
    get pid() {
      return child.pid
    },
    request: mirror.request,
    restart: child.restart,
    stop: child.stop,
  }
}

const configuration = (folder: string, port: number, files: string) => `
${process.getuid?.() === 0 ? "user root; # the folder is nobody else's" : ''}
daemon off;
worker_processes 2;
pid ${folder}/nginx.pid;
error_log stderr error;
events { worker_connections 1024; }
http {
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 1000000000;
  open_file_cache max=10000 inactive=1h;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  server {
    listen 127.0.0.1:${port};
    root ${files};
  }
}
`
