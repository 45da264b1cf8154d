/** First words of nicknames: 128 adjectives, short and friendly. The order is part of the nicknames: never change it. */
export const ADJECTIVES = (
  'able agile airy amber ample arctic ashen autumn azure balmy bold brave breezy bright brisk bronze calm candid ' +
  'casual cheery civic clear clever coastal cobalt copper coral cosmic cozy crisp curious daring dawn deep deft dewy ' +
  'dusty eager early earnest easy ebony electric elfin emerald fabled fair fancy festive fiery fleet floral fluent ' +
  'fond free fresh frosty gentle gilded glad glossy golden grand green happy hardy hazel hidden honest humble icy ' +
  'indigo ivory jade jolly keen kind lilac lively loyal lucid lucky lunar maple marble mellow merry mild misty mossy ' +
  'neat nimble noble northern olive opal pale patient pearly placid plucky polar proud quick quiet rapid rosy royal ' +
  'rustic sandy scarlet serene silent silver smooth snowy solar steady stellar sunny swift tidal vivid warm wise ' +
  'witty young zesty'
).split(' ')

/** Second words of nicknames: 128 animals, plants and things of the landscape. Their order stays as it is too. */
export const NOUNS = (
  'acorn alder anchor apricot aspen aurora badger bamboo basil bay beacon beaver birch bison bluff boulder brook ' +
  'canyon cedar cliff clover comet condor coral cove coyote crane creek cricket cypress dahlia delta dingo dolphin ' +
  'dove dune eagle elk elm ember falcon fern finch fjord fox gannet gecko geyser ginger glacier grove gull harbor ' +
  'hare hawk hazel heron hill ibex ibis iris island ivy jackal jasmine juniper kelp kestrel kiwi koala lagoon lake ' +
  'larch lark laurel lemur lichen lily linden llama lotus lynx magpie mango marsh marten meadow mesa moose moth ' +
  'newt oak ocelot orchid osprey otter owl panda peak pebble pelican pine plover pond poppy puffin quail quartz ' +
  'raven reef ridge robin rowan sage salmon seal sequoia shore sparrow spruce stork swan thistle tiger toucan tulip ' +
  'walnut willow'
).split(' ')
