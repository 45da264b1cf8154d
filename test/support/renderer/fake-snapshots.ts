import type { SnapshotReport } from '../../../src/shared/reports.ts'

/** Of a file without peers. */
export const NOTHING_VERIFIED: SnapshotReport = {
  ok: true,
  network: null,
  by: null,
  createdAt: null,
  filter: '',
  moment: null,
  peers: 0,
  unsigned: 0,
  faults: [],
  faultCount: 0,
}
