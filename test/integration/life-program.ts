/** `node life-program.ts ENTRY`: calls off joins and demos, fails one, and must end by itself afterwards. */
import { nodeSwarm } from '../../src/main/monitor/node-swarm.ts'
import { codeOf, testMonitor } from '../support/monitor.ts'

const [entry = ''] = process.argv.slice(2)

const { monitor } = testMonitor({ startSwarm: nodeSwarm(entry) })
const codes: Promise<string>[] = []
for (const listen of ['/ip4/127.0.0.1/tcp/0', '/ip4/203.0.113.1/tcp/1']) {
  codes.push(codeOf(monitor.join({ network: 'called off', listen: [listen] })))
  await monitor.leave()
}
codes.push(codeOf(monitor.join({ network: 'cannot listen', listen: ['/ip4/203.0.113.1/tcp/1'] })))
await codes.at(-1)
codes.push(codeOf(monitor.demo(2)))
await monitor.leave()
codes.push(codeOf(monitor.demo(2)))
await codes.at(-1)
codes.push(codeOf(monitor.demo(2)))
await monitor.close()
process.stdout.write(`${JSON.stringify(await Promise.all(codes))}\n`)
