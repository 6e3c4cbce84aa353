#include <stdio.h>

int main(int count, char **words) {
    for (const char *digit = count > 1 ? words[1] : ""; *digit; digit++) {
        for (int notch = *digit - '0'; notch > 0; notch--) putchar('|');
    }
    return putchar('\n') == EOF;
}
