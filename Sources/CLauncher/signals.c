#include "CLauncher.h"

#include <signal.h>
#include <string.h>

static volatile sig_atomic_t received;

static void note(int number) { received = number; }

void tally_watch_signals(int watches) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = watches ? note : SIG_DFL;
    // Who asks twice does not want to wait.
    action.sa_flags = (int)SA_RESETHAND;
    sigaction(SIGINT, &action, 0);
    sigaction(SIGTERM, &action, 0);
    sigaction(SIGHUP, &action, 0);
}

int tally_received_signal(void) { return received; }
