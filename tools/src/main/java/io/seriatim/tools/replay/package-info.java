/// `seriatim replay`: what a log holds, in the formats that others read.
package io.seriatim.tools.replay;
