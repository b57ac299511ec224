// The app of the snippets in docs/rehearsing.md.
const { Stack } = require('aws-cdk-lib');
const { CustomRoutingAccelerator, CustomRoutingProtocol } = require('cdk-multi-region');

exports.game = (app, { servers }) => {
  const stack = new Stack(app, 'Game', { env: { region: 'eu-west-1', account: '111122223333' } });
  new CustomRoutingAccelerator(stack, 'Acc')
    .addListener('L', { portRanges: [{ fromPort: 10_000, toPort: 11_000 + servers }] })
    .addEndpointGroup('G', {
      // From ten servers on, there is a second port: that re-creates the endpoint group.
      destinations: [{ fromPort: 7777, toPort: servers < 10 ? 7777 : 7778, protocols: [CustomRoutingProtocol.UDP] }],
    });
};
