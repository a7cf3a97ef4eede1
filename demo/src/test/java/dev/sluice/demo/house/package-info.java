/** Rules of the whole house, checked where all modules meet. */
package dev.sluice.demo.house;
