import { Call, ServiceError } from '../../../sandbox/services/service';
import { SesSimulator, type SesSimulatorOptions } from '../../../sandbox/services/ses';

/*
 * What the simulator of identities shows: as documented, and where nothing is, as its options say.
 */
const NOW = Date.UTC(2026, 0, 15, 12);
const DOMAIN = 'example.com';

function account(options: SesSimulatorOptions = {}) {
  const ses = new SesSimulator({ requestRate: 'unlimited', ...options });
  const call = (operation: string, input: object, region = 'eu-central-1', seconds = 0): any => {
    const circumstances: Call = { partition: 'aws', accountId: '111122223333', region, now: NOW + seconds * 1000, requestId: 'r' };
    return ses.operations[operation].handle(input, circumstances);
  };
  const replicate = (parentRegion = 'EU_WEST_1', region = 'eu-central-1') =>
    call('CreateEmailIdentity', { EmailIdentity: DOMAIN, DkimSigningAttributes: { DomainSigningAttributesOrigin: `AWS_SES_${parentRegion}` } }, region);
  const look = (seconds: number, region = 'eu-central-1') => call('GetEmailIdentity', { EmailIdentity: DOMAIN }, region, seconds);
  return { ses, call, replicate, look };
}

function errorOf(action: () => unknown): string {
  try {
    action();
    return 'none';
  } catch (error) {
    return `${(error as ServiceError).name} ${(error as ServiceError).httpStatus}`;
  }
}

test('a replica of a parent with Easy DKIM is PENDING, then SUCCESS, and says where its key comes from', () => {
  const { ses, look, replicate } = account();
  ses.identities.seed({ region: 'eu-west-1', name: DOMAIN });

  expect(replicate()).toMatchObject({ IdentityType: 'DOMAIN', VerifiedForSendingStatus: false, DkimAttributes: { Status: 'PENDING' } });
  expect(look(59)).toMatchObject({ VerificationStatus: 'PENDING' });
  expect(look(60)).toMatchObject({ VerifiedForSendingStatus: true, DkimAttributes: { Status: 'SUCCESS', SigningAttributesOrigin: 'AWS_SES_EU_WEST_1' } });
});

test.each([
  [undefined, 'EU_WEST_1', 'REPLICATION_PRIMARY_NOT_FOUND', 'NotFoundException 404'],
  ['EXTERNAL', 'EU_WEST_1', 'REPLICATION_PRIMARY_BYO_DKIM_NOT_SUPPORTED', 'BadRequestException 400'],
  ['AWS_SES_US_EAST_1', 'EU_WEST_1', 'REPLICATION_REPLICA_AS_PRIMARY_NOT_SUPPORTED', 'BadRequestException 400'],
  ['AWS_SES', 'EU_CENTRAL_1', 'REPLICATION_PRIMARY_INVALID_REGION', 'NotFoundException 404'],
])('a parent with DKIM of %s can not be replicated from %s: %s, or refused at once', (dkimOrigin, parentRegion, error, refusal) => {
  for (const refusesWrongParents of [false, true]) {
    const { ses, look, replicate } = account({ identities: { refusesWrongParents } });
    if (dkimOrigin) {
      ses.identities.seed({ region: 'eu-west-1', name: DOMAIN, dkimOrigin });
    }
    expect(errorOf(() => replicate(parentRegion))).toBe(refusesWrongParents ? refusal : 'none');
    if (!refusesWrongParents) {
      expect(look(60)).toMatchObject({ DkimAttributes: { Status: 'FAILED' }, VerificationInfo: { ErrorType: error } });
    }
  }
});

test('a parent goes only after its replicas', () => {
  const { ses, call, replicate } = account();
  ses.identities.seed({ region: 'eu-west-1', name: DOMAIN });
  replicate();
  const remove = (region: string) => errorOf(() => call('DeleteEmailIdentity', { EmailIdentity: DOMAIN }, region));

  expect(['eu-west-1', 'eu-central-1', 'eu-west-1', 'eu-west-1'].map(remove)).toEqual(['BadRequestException 400', 'none', 'none', 'NotFoundException 404']);
});

test('a domain has one identity in a Region, and an address has no key to replicate', () => {
  const { ses, call, replicate } = account();
  ses.identities.seed({ region: 'eu-central-1', name: DOMAIN });

  expect(errorOf(() => replicate())).toBe('AlreadyExistsException 400');
  expect(errorOf(() => call('CreateEmailIdentity', {
    EmailIdentity: 'news@example.com', DkimSigningAttributes: { DomainSigningAttributesOrigin: 'AWS_SES_EU_WEST_1' },
  }))).toBe('BadRequestException 400');
});

test('tags are changed by the ARN, in the Region of the identity', () => {
  const { ses, call, look } = account();
  ses.identities.seed({ region: 'eu-central-1', name: DOMAIN, tags: { team: 'mail', stage: 'test' } });
  const ResourceArn = `arn:aws:ses:eu-central-1:111122223333:identity/${DOMAIN}`;
  call('TagResource', { ResourceArn, Tags: [{ Key: 'team', Value: 'post' }] });
  call('UntagResource', { ResourceArn, TagKeys: ['stage'] });

  expect(look(0).Tags).toEqual([{ Key: 'team', Value: 'post' }]);
  expect(call('ListTagsForResource', { ResourceArn }).Tags).toEqual([{ Key: 'team', Value: 'post' }]);
  expect(errorOf(() => call('TagResource', { ResourceArn, Tags: [] }, 'eu-west-1'))).toBe('NotFoundException 404');
});

test('identity and tags may lag behind their creation', () => {
  const { ses, look, replicate } = account({ identities: { notFoundAfterCreateSeconds: 3, noTagsAfterCreateSeconds: 9 } });
  ses.identities.seed({ region: 'eu-west-1', name: DOMAIN });
  replicate();
  ses.identities.find('eu-central-1', DOMAIN)!.tags.set('team', 'mail');

  expect(errorOf(() => look(2))).toBe('NotFoundException 404');
  expect([look(3).Tags, look(9).Tags]).toEqual([[], [{ Key: 'team', Value: 'mail' }]]);
});

test('a create asks for the permission to replicate from the parent, a tag for that to tag', () => {
  const { ses } = account();
  const call: Call = { partition: 'aws', accountId: '111122223333', region: 'eu-central-1', now: NOW, requestId: 'r' };
  const permissions = ses.operations.CreateEmailIdentity.permissions({
    EmailIdentity: DOMAIN, Tags: [{ Key: 'team', Value: 'mail' }], DkimSigningAttributes: { DomainSigningAttributesOrigin: 'AWS_SES_EU_WEST_1' },
  }, call);

  expect(permissions.map(({ action, resources }) => [action, ...resources])).toEqual([
    ['ses:CreateEmailIdentity', `arn:aws:ses:eu-central-1:111122223333:identity/${DOMAIN}`],
    ['ses:TagResource', `arn:aws:ses:eu-central-1:111122223333:identity/${DOMAIN}`],
    ['ses:ReplicateEmailIdentityDKIMSigningKey', `arn:aws:ses:eu-west-1:111122223333:identity/${DOMAIN}`],
  ]);
  expect(permissions[2].context).toEqual({ 'ses:ReplicaRegion': ['eu-central-1'] });
});
