import type { Part } from '../plan';

const MODEL = '`lambda/transit-gateway/peering-accepter.ts`';

/** What only AWS can answer of peerings. A program would need two Regions, two gateways and half an hour for each. */
export const TRANSIT_GATEWAY: Part = {
  name: 'transit-gateway',
  title: 'EC2: transit gateway peerings',
  scenarios: [],
  byHand: [
    {
      id: 'same-id',
      important: true,
      asks: 'do both Regions show one attachment under one id, in every pair of Regions',
      assertion: 'deploy the example; `describe-transit-gateway-peering-attachments` in both Regions',
      otherwise: '`elsewhere()` and `missing()` in `lambda/transit-gateway/attachment-problems.ts`; the chapter\'s limits',
    },
    {
      id: 'own-tags',
      important: true,
      asks: 'are the tags of an attachment those of one Region and account, and may an accepter set them while it is `pendingAcceptance`',
      assertion: 'create-tags in the accepter\'s Region before it is accepted; describe in both',
      otherwise: `\`create()\` of ${MODEL}, which sets the tag before it accepts`,
    },
    {
      id: 'tag-lag',
      asks: 'how long a read may lag behind CreateTags and DeleteTags',
      assertion: 'read in a loop after each',
      otherwise: `\`TAG_LAG_SECONDS\` and \`timing\` of ${MODEL}`,
    },
    {
      id: 'visible',
      asks: 'how long the accepter\'s Region does not show a new attachment, and in which state the native resource is complete',
      assertion: 'deploy the example and read in a loop in the other Region',
      otherwise: `\`MISSING_SECONDS\` of ${MODEL}; \`requestSeconds\`, \`invisibleSeconds\` of the simulator`,
    },
    {
      id: 'accept-twice',
      asks: 'what accepting answers in `pending` and `available`, and deleting in `pending`',
      assertion: 'call each twice; the code takes `IncorrectState` for granted',
      otherwise: `\`isRetryable()\` of ${MODEL}`,
    },
    {
      id: 'times',
      asks: 'times to `available` and to `deleted`, and how long `deleted` is shown',
      assertion: 'the log of the function',
      otherwise: `\`POLL_SECONDS\` and the default timeout of ${MODEL}; the options of the simulator`,
    },
    {
      id: 'accepter-deletes',
      important: true,
      asks: 'may the accepter delete an attachment that has routes, and what does the delete of the native resource do with one that is gone',
      assertion: 'deploy the example with `deleteAttachment`, destroy the accepter, then the hub',
      otherwise: 'text of `deleteAttachment` in `src/transit-gateway/transit-gateway-peering-accepter.ts`',
    },
    {
      id: 'resource-tag',
      asks: 'does `aws:ResourceTag` count for DeleteTransitGatewayPeeringAttachment in the second after CreateTags',
      assertion: 'change `deleteAttachment` and destroy at once',
      otherwise: 'condition in `src/transit-gateway/transit-gateway-provider.ts`',
    },
  ],
  leftovers: () => Promise.resolve([]),
};
