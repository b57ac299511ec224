import { runHistory } from './history';
import { workSpaces } from './services/workspaces';
import { addHistory, emptySummary } from './summary';
import { summaryWithoutBrokenLaw } from './summary-of-seeds';

/** Behind those of simulation.test.ts. */
const FROM = 151;
const SEEDS = 2850;
const WORKSPACES_SEEDS = 80;

test(`no law is broken in ${SEEDS} more histories, and everything has happened in them`, async () => {
  const summary = await summaryWithoutBrokenLaw(FROM, SEEDS);

  expect(Object.keys(summary.faults).length).toBeGreaterThanOrEqual(18);
  for (const operation of ['Create', 'Update', 'Delete']) {
    expect(summary.operations[`MultiRegionEndpoint ${operation} SUCCESS`]).toBeGreaterThan(10);
  }
  expect(summary.operations['MultiRegionEndpoint Create cancelled']).toBeGreaterThan(10);
});

test(`no law is broken in ${WORKSPACES_SEEDS} histories of WorkSpaces, and each of its types is created, updated and deleted`, async () => {
  const summary = emptySummary();
  for (let seed = 1; seed <= WORKSPACES_SEEDS; seed++) {
    const history = await runHistory(seed, { services: [workSpaces] });
    addHistory(summary, history);

    expect({ seed, violations: history.violations }).toEqual({ seed, violations: [] });
  }
  for (const type of ['StandbyWorkspace', 'StandbyWorkspaceFleet', 'ConnectionAliasAssociation', 'StandbyWorkspaceLookup', 'StandbyWorkspaceReady']) {
    for (const operation of ['Create', 'Update', 'Delete']) {
      expect(summary.operations[`${type} ${operation} SUCCESS`]).toBeGreaterThan(0);
    }
  }
});
