import { SesWorld } from './ses-world';

test('a created endpoint is READY and its id is answered', async () => {
  const world = new SesWorld();

  const answer = await world.create();

  expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'mail', Data: { SecondaryRegion: 'eu-central-1' } });
  expect(answer.Data.EndpointId).toMatch(/\./);
  expect(world.endpoints()).toEqual(['mail READY']);
  expect(answer.bodies).toHaveLength(1);
});
