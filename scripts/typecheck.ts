/** Type-checks all projects. `node scripts/typecheck.ts` */
import { spawnSync } from 'node:child_process'

const projects = ['tsconfig.shared.json', 'tsconfig.node.json', 'tsconfig.web.json']
const failed = projects.filter(
  (project) =>
    spawnSync('tsc', ['-p', project], { stdio: 'inherit', shell: process.platform === 'win32' }).status !== 0,
)
process.exitCode = failed.length === 0 ? 0 : 1
