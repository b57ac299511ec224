import { isDeepStrictEqual } from 'node:util';
import { ListTagsForResourceCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { globalMail } from '../../examples/global-mail/main';
import { OWNER_TAG_KEY } from '../../src/wire/lifecycle';
import type { Demo, Example } from '../demo';

const ENDPOINT = 'MultiRegionEndpoint';

function endpoints(demo: Demo): string[] {
  return demo.inventory(ENDPOINT).map(({ id, state }) => `${id} ${state}`);
}

/** Where the domain is, and whether SES has verified its DKIM key there. */
function domains(demo: Demo): string[] {
  return demo.inventory('EmailIdentity').map(({ region, state }) => `${region} ${state}`).sort();
}

function endpointId(demo: Demo, stackName: string): string {
  return String(demo.sandbox.outputs(stackName).EndpointId);
}

/** Deploys again with other properties, and tells what became of the endpoint. */
async function redeploy(demo: Demo, title: string, props: Parameters<typeof globalMail>[1]): Promise<boolean> {
  const succeeded = await demo.deploy(title, app => globalMail(app, props));
  demo.showOutputs('GlobalMail', 'Campaign');
  return succeeded;
}

/** What the story does, step by step. */
const STEPS = [
  'Deploy a global endpoint and its senders',
  'Change the tags, in place',
  'Change the secondary Region: a replacement, without a collision',
  'Change it again, and SES fails to make the endpoint',
] as const;

async function story(demo: Demo): Promise<void> {
  const before = demo.sandbox.leftovers();

  demo.check('the first deployment succeeded', await redeploy(demo, STEPS[0], { endpointTags: { stage: 'test' } }));
  const first = endpointId(demo, 'GlobalMail');
  demo.check(`the endpoint is READY and its id ${first} has arrived in the second stack`,
    endpoints(demo).length === 1 && endpoints(demo)[0].endsWith('READY') && endpointId(demo, 'Campaign') === first);

  demo.check('the domain is verified in both Regions, with the records of one', isDeepStrictEqual(domains(demo), ['eu-central-1 SUCCESS', 'eu-west-1 SUCCESS']));

  const tags = { team: 'mail' };
  demo.check('the tags were changed', await redeploy(demo, STEPS[1], { endpointTags: tags }));
  demo.check('the endpoint is the same', endpointId(demo, 'GlobalMail') === first && endpoints(demo).length === 1);
  demo.check('the endpoint carries the new tags and no longer the old one', isDeepStrictEqual(await declaredTags(demo), tags));

  const moved = { endpointTags: tags, secondaryRegion: 'us-east-1' };
  demo.check('the Region was changed', await redeploy(demo, STEPS[2], moved));
  const second = endpointId(demo, 'GlobalMail');
  demo.check(`another endpoint, ${second}, has taken its place and the old one is gone`,
    second !== first && endpoints(demo).length === 1 && endpointId(demo, 'Campaign') === second);

  demo.check('the replica of the domain has moved, too', isDeepStrictEqual(domains(demo), ['eu-west-1 SUCCESS', 'us-east-1 SUCCESS']));

  demo.sandbox.ses.failNext(() => true);
  const failed = await redeploy(demo, STEPS[3], { ...moved, secondaryRegion: 'ap-south-1' });
  demo.check('the stack was rolled back', !failed);
  demo.check('the endpoint that worked still works, and nothing is left of the failed one',
    endpoints(demo).length === 1 && endpoints(demo)[0].endsWith('READY') && endpointId(demo, 'GlobalMail') === second);

  demo.check('no replica is left in the Region that failed', isDeepStrictEqual(domains(demo), ['eu-west-1 SUCCESS', 'us-east-1 SUCCESS']));

  await demo.destroy();
  demo.checkEmpty(before);
}

/** The tags that people declared, as SES has them. */
async function declaredTags(demo: Demo): Promise<Record<string, string>> {
  const client = new SESv2Client(demo.sandbox.clientConfig());
  const { Tags = [] } = await client.send(new ListTagsForResourceCommand({
    ResourceArn: String(demo.sandbox.outputs('GlobalMail').EndpointArn),
  }));
  client.destroy();
  return Object.fromEntries(Tags.filter(tag => tag.Key !== OWNER_TAG_KEY).map(tag => [tag.Key!, tag.Value!]));
}

export const GLOBAL_MAIL: Example = {
  name: 'global-mail',
  summary: 'SES: a global endpoint, a domain and its replica, a sender, a second stack that gets the EndpointId',
  app: app => globalMail(app),
  mainStack: 'GlobalMail',
  steps: STEPS,
  story,
  throttlingError: ['TooManyRequestsException', 429],
  failNext: sandbox => sandbox.ses.failNext(() => true),
  putForeign: (sandbox, declared) => {
    const [{ EndpointName: name }] = declared('Custom::MultiRegionEndpoint');
    sandbox.ses.seed({ region: 'eu-west-1', name, secondaryRegion: 'eu-central-1', tags: { owner: 'somebody else' } });
  },
  foreignIsUntouched: sandbox => sandbox.leftovers().some(item => item.type === ENDPOINT && item.state === 'READY'),
};
