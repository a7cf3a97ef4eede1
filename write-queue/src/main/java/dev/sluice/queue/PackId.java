package dev.sluice.queue;

/**
 * Identity of a pack within a lane; survives resends and redrive, which the transport's own numbers
 * do not.
 *
 * @param producer random id of one start of one producer, 32 hexadecimal digits
 * @param sequence number of the pack in its lane, from 1 without gaps
 */
record PackId(String producer, long sequence) {}
