package dev.sluice.jdbc;

/**
 * What readers see of a replica: one object, replaced as a whole.
 *
 * @param node what to hand out; another one after the replica went back
 * @param usable whether it takes reads
 * @param reason why not, or that it does
 * @param progress how far it is
 * @param handicap by how much it is made to look slower while it warms up; 1 for not at all
 */
record View(PooledNode node, boolean usable, String reason, Progress progress, double handicap) {}
